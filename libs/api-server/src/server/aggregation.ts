import type { Clock, Logger } from '@skiff/platform';
import type { Registry as MetricsRegistry } from 'prom-client';
import { noAggregation, type Aggregated } from '../discovery/aggregated-apis';
import type { Registry } from '../registry/registry';
import { noDelegation, type Delegation } from '../request/delegation';
import type { ResolveService } from '../streaming/proxy/connect-service';

/** What brings requests to other servers, and tells what these serve. */
export type Aggregation = Delegation & Aggregated;

export interface AggregationParts {
  readonly registry: Registry;
  readonly resolveService: ResolveService;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
  /** Aborts when the server ends. */
  readonly signal: AbortSignal;
}

/** Resolves when it is known who serves what. */
export type StartAggregation = (parts: AggregationParts) => Promise<Aggregation>;

/** For a server that answers everything itself. */
export const startNoAggregation: StartAggregation = async () => ({ ...noDelegation, ...noAggregation });
