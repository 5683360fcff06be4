import type { ApiObject } from '@skiff/apimachinery';
import { runReconciler, TraceCauses, WorkQueue, type DiscoveryCache, type Result } from '@skiff/client-runtime';
import type { ResourceId } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import type { Cache, Caches } from '../shared/caches';
import type { Controller } from '../shared/controller';
import type { Queue } from '../shared/queue';
import type { ControllerMetrics } from './metrics';
import type { SharedInformers } from './shared-informers';

export interface RunControllersOptions {
  readonly informers: SharedInformers;
  /** Followed if one of the controllers does. */
  readonly discovery: DiscoveryCache;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics?: ControllerMetrics;
}

/** A controller that is yet to be made. */
export interface ControllerFactory {
  /** Upstream's name, as `--controllers` takes it. */
  readonly name: string;
  /** What its keys name, if they name objects. */
  readonly objectKind: string | undefined;
  /** Makes it on these caches, or nothing when it has been given nothing to do. */
  create(caches: Caches): Controller | undefined;
}

/** How long to wait for first lists before saying what is missing. */
const patience = 10_000;

/** Notes which resources a controller asks for, so that it waits for those alone. */
class RecordingCaches implements Caches {
  readonly resources = new Set<ResourceId<ApiObject>>();

  constructor(private readonly informers: SharedInformers) {}

  of<T extends ApiObject>(resource: ResourceId<T>): Cache<T> {
    this.resources.add(resource);
    return this.informers.of(resource);
  }
}

/**
 * Runs controllers until the signal aborts. Each begins as soon as the resources that it
 * follows have been listed, and works on several keys at a time, never on one key twice.
 */
export async function runControllers(
  factories: readonly ControllerFactory[],
  options: RunControllersOptions,
  signal: AbortSignal,
): Promise<void> {
  const { informers, discovery, clock, logger } = options;
  const loops = factories.map((factory) => prepare(factory, options)).filter((loop) => loop !== undefined);
  informers.start(signal);
  const discovered = loops.some(({ startsIncomplete }) => startsIncomplete) ? discovery.start(signal) : undefined;
  const timer = clock.after(patience, () => {
    const kinds = informers.pending();
    if (kinds.length > 0) logger.warn('still waiting for first lists', { kinds });
  });
  signal.addEventListener('abort', () => timer.cancel(), { once: true });
  await Promise.all(
    loops.map(async ({ resources, startsIncomplete, run }) => {
      const listed = async (): Promise<void> => {
        if (startsIncomplete) await discovered;
        await Promise.all([...resources].map((resource) => informers.listed(resource)));
      };
      try {
        await (startsIncomplete ? Promise.race([listed(), clock.sleep(patience, signal)]) : listed());
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await run(signal);
    }),
  );
}

interface Loop {
  readonly resources: ReadonlySet<ResourceId<ApiObject>>;
  readonly startsIncomplete: boolean;
  run(signal: AbortSignal): Promise<void>;
}

function prepare(factory: ControllerFactory, options: RunControllersOptions): Loop | undefined {
  const { clock, tracer, metrics } = options;
  const caches = new RecordingCaches(options.informers);
  const controller = factory.create(caches);
  if (!controller) return undefined;
  const { name, objectKind } = factory;
  const logger = options.logger.child({ controller: name });
  const workQueue = new WorkQueue(clock);
  const causes = new TraceCauses();
  metrics?.watchQueue(name, () => workQueue.length);
  const queue: Queue = {
    add(key, trace) {
      metrics?.added(name);
      causes.note(key, 'change', trace);
      workQueue.add(key);
    },
    addAfter: (key, milliseconds) => workQueue.addAfter(key, milliseconds),
  };
  controller.watch(queue);
  const reconcile = async (key: string, context: { signal: AbortSignal }): Promise<Result> => {
    const start = clock.monotonic();
    let failed = true;
    try {
      const result = await controller.reconcile(key, context);
      failed = false;
      return result;
    } finally {
      metrics?.reconciled(name, clock.monotonic() - start, failed);
    }
  };
  const common = { name, queue: workQueue, workers: controller.workers, reconcile, logger, tracer, clock, causes };
  return {
    resources: caches.resources,
    startsIncomplete: controller.startsIncomplete ?? false,
    run: (signal) => runReconciler({ ...common, signal, ...(objectKind === undefined ? {} : { objectKind }) }),
  };
}
