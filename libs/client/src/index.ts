export type {
  ApiObject,
  Binder,
  CallOptions,
  Client,
  ListOptions,
  ListResult,
  ObjectKey,
  PatchType,
  Reader,
  Watcher,
  WatchEvent,
  WriteOptions,
  Writer,
} from './client';
export { GrpcClient, type GrpcClientOptions } from './grpc/grpc-client';
