export type { CallOptions } from './call-options';
export type {
  BatchCreator,
  Binder,
  Client,
  Creation,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  Reader,
  Reconnector,
  Watcher,
  WatchEvent,
  WriteOptions,
  Writer,
} from './client';
export {
  preferredResources,
  readDiscovery,
  type Discovery,
  type ServedResource,
  type ServedResources,
} from './discovery';
export { keyOf } from './key';
