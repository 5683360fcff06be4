import type { Client } from '@skiff/client';
import type { Result } from '@skiff/client-runtime';
import type { Clock, Logger } from '@skiff/platform';
import type { Caches, Resources } from './caches';
import type { Queue } from './queue';
import type { Recorder } from './recorder';

export { done, type Result } from '@skiff/client-runtime';

export interface ReconcileContext {
  readonly signal: AbortSignal;
}

/** A control loop over one kind: what wakes it and what it does then. */
export interface Controller {
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
  /** Its events say that they are the controller's. */
  readonly recorder: Recorder;
}
