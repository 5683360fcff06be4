import type { ApiObject } from '@skiff/apimachinery';
import type { Client, ServedResource } from '@skiff/client';
import type { Result } from '@skiff/client-runtime';
import type { ResourceId, skiffapiv1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';

export { done, type Result } from '@skiff/client-runtime';

/** Who wrote a change, to link what is done about it to its cause. */
export type Trace = skiffapiv1.TraceContext | undefined;

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

/** Records events about objects. */
export interface Recorder {
  event(object: ApiObject, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Where a controller puts the keys of objects that need a look. */
export interface Queue {
  add(key: string, trace?: Trace): void;
  /** After `milliseconds`. */
  addAfter(key: string, milliseconds: number): void;
}

export interface ReconcileContext {
  readonly signal: AbortSignal;
}

/** A control loop over one kind: what wakes it and what it does then. */
export interface Controller {
  /** Upstream's name, as `--controllers` takes it. */
  readonly name: string;
  /** How many keys are reconciled at the same time. */
  readonly workers: number;
  /** Whether it follows whatever is served, and may begin before all of that has been listed. Default false. */
  readonly startsIncomplete?: boolean;
  /** Subscribes to what wakes the controller. Called once, before the caches start. */
  watch(queue: Queue): void;
  /** Level-triggered: brings what the key names closer to what is wanted. Throws to be retried with back-off. */
  reconcile(key: string, context: ReconcileContext): Promise<Result>;
}

/** What every controller is given. */
export interface ControllerBase {
  readonly client: Client;
  readonly caches: Caches;
  readonly resources: Resources;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A recorder whose events name a component, such as `deployment-controller`. */
  recorder(component: string): Recorder;
}
