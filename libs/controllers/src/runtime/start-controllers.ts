import { setMaxListeners } from 'node:events';
import type { Client } from '@skiff/client';
import { EventRecorder } from '@skiff/client-runtime';
import type { Clock, Logger } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import type { ControllerMetrics } from './metrics';
import { createController, selectControllers, type ControllersOptions } from './registry';
import { runControllers, type ControllerFactory } from './run-controllers';
import { SharedInformers } from './shared-informers';

export interface StartControllersOptions extends ControllersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics?: ControllerMetrics;
  readonly random?: () => number;
  /** Which controllers run; default all. */
  readonly controllers?: readonly string[];
}

/** Runs the selected controllers on one set of shared informers, until the signal aborts. */
export async function startControllers(options: StartControllersOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, logger } = options;
  // Every informer and every waiting worker listens for the end.
  setMaxListeners(0, signal);
  const informers = new SharedInformers(options);
  const recorder = (component: string): EventRecorder => new EventRecorder(client, { component, clock, logger });
  const factories = selectControllers(options.controllers ?? ['*']).map(
    (name): ControllerFactory =>
      (caches) =>
        createController(
          name,
          { client, caches, clock, logger: logger.child({ controller: name }), recorder },
          options,
        ),
  );
  await runControllers(factories, { ...options, informers }, signal);
}
