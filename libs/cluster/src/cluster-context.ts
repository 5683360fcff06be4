import type { Client } from '@skiff/client';
import type { ComponentParts } from '@skiff/component-base';
import { offTracer, type Clock, type Logger, type Random } from '@skiff/platform';
import { Registry } from 'prom-client';

/** What all of a cluster share: there is nothing else that two clusters of a process have in common. */
export interface ClusterContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where nodes keep the files of their pods. */
  readonly directory: string;
}

/** The parts of one component, with metrics of its own. */
export function componentParts(context: ClusterContext, component: string, client: Client): ComponentParts {
  const { clock, random } = context;
  return {
    client,
    clock,
    random,
    logger: context.logger.child({ component }),
    tracer: offTracer,
    metrics: new Registry(),
  };
}
