// The container runtime.
export { CriClient, type CriClientOptions } from './runtime/cri-client';
export * from './runtime/types';

// Nodes on one machine, and tests.
export { renderContainerdConfig, type ContainerdOptions } from './testing/containerd-config';
