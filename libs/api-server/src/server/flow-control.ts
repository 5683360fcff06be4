import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, type flowcontrolv1, type Kind } from '@skiff/contracts';
import { repeatEvery, type Clock, type Logger } from '@skiff/platform';
import type { Registry as MetricsRegistry } from 'prom-client';
import { keepDangling, keepFlowControl } from '../bootstrap/flow-control';
import { repeatable } from '../bootstrap/repeatable';
import type { FlowControlParts } from '../filters/flow-control';
import { FlowController } from '../flow-control/flow-controller';
import { FlowMetrics } from '../flow-control/metrics';
import { follow } from '../registry/follow';
import type { Registry } from '../registry/registry';
import { atTurnsEnd } from '../transports/rest/event-loop-turn';
import { flowConfigOf } from './flow-config';

/** How many requests are served at the same time: all levels share as many seats as both together. */
export interface FlowControlOptions {
  readonly maxRequestsInFlight: number;
  readonly maxMutatingRequestsInFlight: number;
}

export interface FlowControlContext {
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  readonly signal: AbortSignal;
}

/** How long a request waits for seats at most, in milliseconds. */
const waitMilliseconds = 15_000;
/** How often seats are lent and borrowed anew, in milliseconds; upstream's. */
const adjustMilliseconds = 10_000;
/** How often it is looked whether the objects are there that have to be, in milliseconds; upstream's. */
const keepMilliseconds = 60_000;

/** Makes requests wait for one another as the objects of the cluster say; resolves when those are known. */
export async function createFlowControl(
  { maxRequestsInFlight, maxMutatingRequestsInFlight }: FlowControlOptions,
  { registry, clock, logger, metrics, signal }: FlowControlContext,
): Promise<FlowControlParts> {
  const monotonic = (): number => clock.monotonic();
  const controller = new FlowController(maxRequestsInFlight + maxMutatingRequestsInFlight, monotonic);
  await followObjects(registry, controller, { clock, logger, signal });
  const context = { clock, signal };
  const adjust = async (): Promise<void> => controller.adjust();
  void repeatEvery(adjustMilliseconds, context, adjust, (error) => logger.error('seats are not lent', { error }));
  void repeatEvery(
    keepMilliseconds,
    context,
    () => keepFlowControl(registry, clock),
    (error) => logger.error('the objects of flow control are not kept up', { error }),
  );
  return {
    controller,
    metrics: new FlowMetrics(metrics, controller),
    clock,
    countObjects: ({ route }) => {
      const definition = route?.definition;
      return definition && registry.storeOf(definition).stored.cache.size;
    },
    waitMilliseconds,
    atTurnsEnd,
  };
}

/** Has the controller follow the objects, and says of each FlowSchema whether its level is there. */
async function followObjects(
  registry: Registry,
  controller: FlowController,
  { clock, logger, signal }: Pick<FlowControlContext, 'clock' | 'logger' | 'signal'>,
): Promise<void> {
  const levels = new Map<string, flowcontrolv1.PriorityLevelConfiguration>();
  const schemas = new Map<string, flowcontrolv1.FlowSchema>();
  let isReady = false;
  const statuses = repeatable(
    () => keepDangling(registry, [...schemas.values()], new Set(levels.keys()), clock),
    (error) => logger.error('the status of FlowSchemas is not kept up', { error }),
  );
  const changed = (): void => {
    if (!isReady || signal.aborted) return;
    controller.configure(flowConfigOf(levels.values(), schemas.values()));
    statuses.trigger();
  };
  const followInto = <T extends ApiObject>(kind: Kind<T>, map: Map<string, T>): Promise<void> =>
    follow(
      registry,
      kind,
      (object) => {
        map.set(object.metadata?.name ?? '', object);
        changed();
      },
      ({ metadata }) => {
        map.delete(metadata?.name ?? '');
        changed();
      },
    );
  await followInto(Kinds.PriorityLevelConfiguration, levels);
  await followInto(Kinds.FlowSchema, schemas);
  isReady = true;
  changed();
}
