export type {
  BatchCreator,
  Binder,
  CallOptions,
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
export { keyOf } from './key';
