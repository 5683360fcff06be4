// What serves resources beside those of Kubernetes, while the server runs: for the libraries that do.
export type { Registry } from './registry/registry';
export { follow } from './registry/follow';
export type { ResourceSource, SourceParts, StartSource } from './registry/resource-source';
export { serverWrite, writeStatus } from './bootstrap/ensure';
export { repeatable, type Repeatable } from './bootstrap/repeatable';
