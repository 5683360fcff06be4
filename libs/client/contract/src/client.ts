import type { ApiObject, StatusError } from '@skiff/apimachinery';
import type { corev1, metav1, ResourceId, skiffapiv1 } from '@skiff/contracts';
import type { CallOptions } from './call-options';
import type { Discovery } from './discovery';

/** Name of an object, with its namespace unless its kind is cluster-scoped. */
export interface ObjectKey {
  readonly namespace?: string | undefined;
  readonly name: string;
}

export interface ListOptions extends CallOptions, metav1.ListOptions {
  /** Absent for cluster-scoped kinds and for all namespaces. */
  readonly namespace?: string | undefined;
}

export interface ListResult<T> {
  readonly items: T[];
  readonly metadata: metav1.ListMeta;
}

export interface WriteOptions extends CallOptions {
  /** Such as `status` or `scale`. */
  readonly subresource?: string;
  /** Who manages what is written; by default who the client is. Who applies has to say it. */
  readonly fieldManager?: string;
  /** Whether who applies takes fields from others; by default the call fails with Conflict. */
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

/** What a patch is: JSON of RFC 6902 or 7386, a strategic merge, or what is applied on the server's side. */
export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export type WatchEvent<T> =
  | {
      readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
      readonly object: T;
      readonly resourceVersion: string;
      readonly trace?: skiffapiv1.TraceContext | undefined;
    }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface Reader {
  get<T extends ApiObject>(resource: ResourceId<T>, key: ObjectKey, options?: CallOptions): Promise<T>;
  list<T extends ApiObject>(resource: ResourceId<T>, options?: ListOptions): Promise<ListResult<T>>;
}

/** All methods reject with a StatusError, exactly as the API server answered. */
export interface Writer {
  create<T extends ApiObject, R extends ApiObject = T>(
    resource: ResourceId<T>,
    object: T,
    options?: WriteOptions,
  ): Promise<R>;
  /** Fails with Conflict when the object's resourceVersion is set and no longer current. */
  update<T extends ApiObject>(resource: ResourceId<T>, object: T, options?: WriteOptions): Promise<T>;
  patch<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options?: WriteOptions,
  ): Promise<T>;
  delete<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    deleteOptions?: metav1.DeleteOptions,
    options?: CallOptions,
  ): Promise<void>;
  deleteCollection<T extends ApiObject>(
    resource: ResourceId<T>,
    list: ListOptions,
    deleteOptions?: metav1.DeleteOptions,
  ): Promise<void>;
}

export interface Watcher {
  /**
   * Streams changes after `options.resourceVersion`, bookmarks included. Ends when
   * the server ends it; throws a StatusError with reason Expired or Gone when the
   * version is too old and the caller has to list again.
   */
  watch<T extends ApiObject>(resource: ResourceId<T>, options?: ListOptions): AsyncIterable<WatchEvent<T>>;
}

/** Binds many pods in one call; one Status for each binding, in order. */
export interface Binder {
  bindPods(bindings: corev1.Binding[], options?: CallOptions): Promise<metav1.Status[]>;
}

/** Something to create, and the trace context of whoever wants it; the active span's when absent. */
export interface Creation<T> {
  readonly object: T;
  readonly trace?: { readonly traceparent?: string | undefined; readonly tracestate?: string | undefined } | undefined;
}

/** An optional ability: creates many objects over one call. Each succeeds or fails on its own. */
export interface BatchCreator {
  /** What each came to, in order: the object as it was stored, or the API server's refusal. Rejects when the call itself breaks. */
  createAll<T extends ApiObject>(
    resource: ResourceId<T>,
    creations: readonly Creation<T>[],
    options?: CallOptions,
  ): Promise<(T | StatusError)[]>;
}

/** An optional ability: knows whether there is a connection to the API server. */
export interface Reconnector {
  /** False at once when there is a connection; else true as soon as there is one, or the signal aborts. */
  reconnected(signal: AbortSignal): Promise<boolean>;
}

export type Client = Reader & Writer & Watcher & Discovery & Binder & Partial<Reconnector>;
