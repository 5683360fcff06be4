// Running controllers.
export { startControllers, type StartControllersOptions } from './runtime/start-controllers';
export { controllerNames, selectControllers, type ControllersOptions } from './runtime/registry';
export { ControllerMetrics } from './runtime/metrics';

// Their options.
export { defaultNodeLifecycleOptions, type NodeLifecycleOptions } from './nodelifecycle/reconciler';
export { defaultPodGcOptions, type PodGcOptions } from './podgc/reconciler';
export { type NodeIpamOptions } from './nodeipam/reconciler';
