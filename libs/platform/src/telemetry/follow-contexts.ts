import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { RestingContexts } from './resting-contexts';

export interface FollowContextsOptions {
  /**
   * Costs nothing while nothing is traced; in return, traced work must end with the promise that is given to
   * `context.with` (see RestingContexts). Default: false.
   */
  readonly restWhenIdle?: boolean;
}

/**
 * Lets every tracer of this process know which span is active, across what is awaited. It is for whoever owns the
 * process, once: OpenTelemetry has one manager of contexts in a process, and a second one is ignored.
 */
export function followContexts({ restWhenIdle = false }: FollowContextsOptions = {}): void {
  const manager = restWhenIdle ? new RestingContexts() : new AsyncLocalStorageContextManager();
  context.setGlobalContextManager(manager.enable());
}
