// Running controllers.
export { controllersService, type ControllersService, type ControllersServiceOptions } from './service';
export { controllerNames, selectControllers, type ControllersOptions } from './runtime/registry';

// Their options.
export { defaultNodeLifecycleOptions, type NodeLifecycleOptions } from './nodelifecycle/reconciler';
export { defaultPodGcOptions, type PodGcOptions } from './podgc/reconciler';
export { type NodeIpamOptions } from './nodeipam/reconciler';
