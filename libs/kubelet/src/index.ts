// The agent of a node.
export { KubeletMetrics, type NodeCounts } from './metrics';
export { Kubelet, type KubeletOptions } from './kubelet';
export type { EventSink } from './events';
export { serveNode, type ServeNodeOptions } from './streaming/serve';
export { pathAccess } from './streaming/access';
export { parseResolvConf, type ClusterDns } from './pods/dns';

// The node itself.
export { kubeletVersion, type NodeFacts } from './node/node-object';
export { architecture, cpuCount, memoryBytes, storage, systemInfo } from './node/system-facts';
export { LinuxNetwork, type NetworkProgrammer, type Route } from './node/routes';
export { createCgroupManager, type CgroupManager, type CgroupUsage } from './resources/cgroups';

// The container runtime.
export { renderContainerdConfig, type ContainerdOptions } from './runtime/containerd-config';
export { CriClient, type CriClientOptions } from './runtime/cri-client';
export { SimulatedRuntime, type SimulatedBehaviour, type SimulatedRuntimeOptions } from './runtime/simulated-runtime';
export * from './runtime/types';
