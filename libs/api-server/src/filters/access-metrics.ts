import type { Registry } from 'prom-client';
import { type CounterSeries, type HistogramSeries, SeriesCounter, SeriesHistogram } from '@skiff/platform';
import type { Request } from '../request/request';

const buckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);

interface Ending {
  readonly attempts: CounterSeries;
  readonly durations: HistogramSeries;
}

/** What goes through steps: `lap` is when the last one ended. */
type Measured = Pick<Request, 'lap'>;

/**
 * Counts who was let in, and for what, under upstream's names.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/metrics.go.
 */
export class AccessMetrics {
  private readonly authentications;
  private readonly authorizations;

  constructor(
    registry: Registry,
    private readonly monotonic: () => number,
  ) {
    this.authentications = endings(
      registry,
      ['success', 'failure'],
      'authentication_attempts',
      'authentication_duration_seconds',
      'Authentications',
    );
    this.authorizations = endings(
      registry,
      ['allowed', 'denied'],
      'authorization_attempts_total',
      'authorization_duration_seconds',
      'Authorizations',
    );
  }

  /** It was found out who it is, or not. */
  authenticated(request: Measured, succeeded: boolean): void {
    this.count(this.authentications[succeeded ? 'success' : 'failure'], request);
  }

  /** It was decided whether they may. */
  authorized(request: Measured, allowed: boolean): void {
    this.count(this.authorizations[allowed ? 'allowed' : 'denied'], request);
  }

  /** Each step is measured from the end of the one before, so that the clock is read once for each. */
  private count({ attempts, durations }: Ending, request: Measured): void {
    const now = this.monotonic();
    attempts.inc();
    durations.observe((now - request.lap) / 1000);
    request.lap = now;
  }
}

function endings<Result extends string>(
  registry: Registry,
  results: readonly Result[],
  counter: string,
  histogram: string,
  what: string,
): Readonly<Record<Result, Ending>> {
  const shared = { labelNames: ['result'] as const, registry };
  const total = new SeriesCounter({ name: counter, help: `${what}, by how they ended.`, ...shared });
  const time = new SeriesHistogram({ name: histogram, help: `How long ${what} took.`, buckets, ...shared });
  return Object.fromEntries(
    results.map((result) => [result, { attempts: total.series({ result }), durations: time.series({ result }) }]),
  ) as Record<Result, Ending>;
}
