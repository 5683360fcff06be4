// The agent of a node.
export { KubeletMetrics, type NodeCounts } from './metrics';
export { Kubelet, type KubeletOptions } from './kubelet';
export type { EventSink } from './events';
export { serveNode, type ServeNodeOptions } from './server/serve';
export { pathAccess } from './server/access';
export { parseResolvConf, type ClusterDns } from './pod-model/dns';

// The node itself.
export { kubeletVersion, type NodeFacts } from './node/node-object';
export { architecture, cpuCount, memoryBytes, storage, systemInfo } from './node/system-facts';
export { LinuxNetwork, type NetworkProgrammer, type Route } from './system/linux/network';
export { createCgroupManager, type CgroupManager, type CgroupUsage } from './system/linux/cgroups';

// The container runtime.
export { renderContainerdConfig, type ContainerdOptions } from './runtime/containerd-config';
export { CriClient, type CriClientOptions } from './runtime/cri-client';
export { SimulatedRuntime, type SimulatedBehaviour, type SimulatedRuntimeOptions } from './runtime/simulated-runtime';
export * from './runtime/types';
