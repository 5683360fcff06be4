import type { ApiObject } from '@skiff/apimachinery';
import type { ServedResource } from '@skiff/client';
import type { ResourceId } from '@skiff/contracts';
import type { Trace } from './queue';

export interface ChangeHandlers<T> {
  added?(object: T, trace?: Trace): void;
  updated?(old: T, object: T, trace?: Trace): void;
  deleted?(object: T, trace?: Trace): void;
}

/** What an informer knows of a kind: never newer than the cluster, objects not to be changed. */
export interface Cache<T> {
  /** By "namespace/name" or "name". */
  get(key: string): T | undefined;
  list(): readonly T[];
  /** Objects with this value in an index of `indexers.ts`. */
  byIndex(index: string, value: string): readonly T[];
  /** Returns how to stop being told. */
  subscribe(handlers: ChangeHandlers<T>): () => void;
}

/** One cache for each resource, shared by all controllers. */
export interface Caches {
  of<T extends ApiObject>(resource: ResourceId<T>): Cache<T>;
}

/** The resources that the API server serves, as they come and go. */
export interface Resources {
  /** What is served under an `apiVersion` and `kind`; undefined for what is not, or not yet. */
  find(apiVersion: string, kind: string): ServedResource | undefined;
  /** Tells of each resource in the version that its group prefers. */
  subscribe(handlers: { added(served: ServedResource): void; removed(served: ServedResource): void }): void;
}
