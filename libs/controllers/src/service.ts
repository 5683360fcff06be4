import { setMaxListeners } from 'node:events';
import { DiscoveryCache, EventRecorder } from '@skiff/client-runtime';
import type { ComponentParts } from '@skiff/component-base';
import { ControllerMetrics } from './runtime/metrics';
import { registrationOf, selectControllers, type ControllersOptions } from './runtime/registry';
import { runControllers, type ControllerFactory } from './runtime/run-controllers';
import { SharedInformers } from './runtime/shared-informers';

export interface ControllersServiceOptions extends ControllersOptions {
  /** Which controllers run; default all. */
  readonly controllers?: readonly string[];
}

export interface ControllersService {
  /** Runs the controllers until the signal aborts. May be called again then, as by one that leads again. */
  run(signal: AbortSignal): Promise<void>;
}

/** The selected controllers, on one set of shared informers. */
export function controllersService(parts: ComponentParts, options: ControllersServiceOptions): ControllersService {
  const { client, clock, logger } = parts;
  const metrics = new ControllerMetrics(parts.metrics);
  const names = selectControllers(options.controllers ?? ['*']);
  return {
    async run(signal) {
      // Every informer and every waiting worker listens for the end.
      setMaxListeners(0, signal);
      const informers = new SharedInformers(parts);
      const discovery = new DiscoveryCache(client, parts);
      discovery.subscribe({ removed: ({ resource }) => informers.drop(resource) });
      const factories = names.map((name): ControllerFactory => {
        const { create, objectKind, eventSource: component = name } = registrationOf(name);
        const recorder = new EventRecorder(client, { component, clock, logger });
        const common = { client, resources: discovery, clock, logger: logger.child({ controller: name }), recorder };
        return { name, objectKind, create: (caches) => create({ ...common, caches }, options) };
      });
      await runControllers(factories, { ...parts, metrics, informers, discovery }, signal);
    },
  };
}
