// The agent of a node.
export { KubeletMetrics, type NodeCounts } from './metrics';
export { Kubelet } from './kubelet';
export type { KubeletOptions } from './kubelet-options';
export { kubeletService, type KubeletService, type KubeletServiceOptions } from './service';
export type { EventSink } from './events';
export { serveNode, type ServeNodeOptions } from './server/serve';
export { pathAccess } from './server/access';
export { parseResolvConf, type ClusterDns } from './pod-model/dns';

// The node itself.
export { kubeletVersion, type NodeFacts } from './node/node-object';
export { architecture, cpuCount, memoryBytes, systemInfo } from './node/system-facts';

// The machine below it, real or hollow.
export type { NodeSystem } from './system/system';
export type { CgroupLimits, CgroupManager, CgroupUsage } from './system/cgroups';
export type { KernelLog } from './system/kernel-log';
export type { Machine, Storage } from './system/machine';
export type { Mounter } from './system/mounts';
export type { NetworkProgrammer, Route } from './system/network';
export { linuxSystem } from './system/linux/linux-system';
export { hollowSystem } from './system/hollow/hollow-system';
export { hollowNetwork } from './system/hollow/network';

// The container runtime.
export { renderContainerdConfig, type ContainerdOptions } from './runtime/containerd-config';
export { CriClient, type CriClientOptions } from './runtime/cri-client';
export { SimulatedRuntime, type SimulatedBehaviour, type SimulatedRuntimeOptions } from './runtime/simulated-runtime';
export type * from './runtime/container-runtime';
export type * from './runtime/container-service';
export type * from './runtime/image-service';
export { RuntimeError } from './runtime/runtime-error';
export type * from './runtime/runtime-info';
export type * from './runtime/sandbox-service';
export type * from './runtime/streaming-runtime';
