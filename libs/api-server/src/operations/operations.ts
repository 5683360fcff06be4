import type { ApiObject, Json, Resource } from '@skiff/apimachinery';
import type { Kind, metav1 } from '@skiff/contracts';
import type { UserInfo } from '../auth/user';
import type { CachedObject } from '../cache/cached-object';
import type { ActionHandler } from '../request/handlers';
import type { WriteOptions } from '../request/input';
import type { PatchKind } from './changes';
import type { Configuration } from './configuration';
import type { ListOptions } from './list-options';
import type { ListPage } from './lists';
import type { WatchRun } from './watches';

/** What a request names. */
export interface OperationTarget {
  readonly definition: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

export interface OperationOptions extends WriteOptions {
  /** Of the body, where there is one. */
  readonly bodyBytes?: number;
}

export interface Caller {
  readonly user: UserInfo;
  warn(text: string): void;
  /** Whether they have gone. */
  readonly departure: { readonly signal: AbortSignal };
  /** Is told what is noted for the audit log; absent where nobody reads it. */
  annotate?(key: string, value: string): void;
}

/** How the new state of an object is given; a patch is only read once there is something to patch. */
export type Change = { readonly object: ApiObject } | { readonly patch: () => Json; readonly kind: PatchKind };

/** What an apply answers, and whether there was no such object before. */
export interface AppliedObject {
  readonly object: CachedObject;
  readonly created: boolean;
}

/** What a deletion answers: the object while it waits, else a Status. */
export type DeleteResult = { readonly object: CachedObject } | { readonly status: metav1.Status };

/** Everything that can be asked of a resource. */
export interface Operations {
  /** The kind that a request's body, and its answer, are of. */
  bodyKind(target: OperationTarget): Kind<ApiObject>;
  /** Who serves a resource, or a subresource, that is an action. */
  action(target: OperationTarget): ActionHandler | undefined;
  get(target: OperationTarget, resourceVersion: string | undefined): Promise<CachedObject>;
  list(target: OperationTarget, options: ListOptions): Promise<ListPage>;
  /** Makes a watch ready. Throws for options that cannot be read. */
  watch(target: OperationTarget, options: ListOptions): Promise<WatchRun>;
  create(target: OperationTarget, object: ApiObject, caller: Caller, options: OperationOptions): Promise<CachedObject>;
  update(target: OperationTarget, change: Change, caller: Caller, options: OperationOptions): Promise<CachedObject>;
  apply(
    target: OperationTarget,
    configuration: Configuration,
    caller: Caller,
    options: OperationOptions,
  ): Promise<AppliedObject>;
  delete(
    target: OperationTarget,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<DeleteResult>;
  /** Deletes all that a list would show; the answer is that list. */
  deleteCollection(
    target: OperationTarget,
    list: ListOptions,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<ListPage>;
}
