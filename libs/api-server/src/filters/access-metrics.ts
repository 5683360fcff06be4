import type { Registry } from 'prom-client';
import { type CounterSeries, type HistogramSeries, SeriesCounter, SeriesHistogram } from '@skiff/platform';

const buckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);

interface Ending {
  readonly attempts: CounterSeries;
  readonly durations: HistogramSeries;
}

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

  /** On the clock by which it measures. */
  now(): number {
    return this.monotonic();
  }

  /** It was found out who it is, or not. */
  authenticated(began: number, succeeded: boolean): void {
    this.count(this.authentications[succeeded ? 'success' : 'failure'], began);
  }

  /** It was decided whether they may. */
  authorized(began: number, allowed: boolean): void {
    this.count(this.authorizations[allowed ? 'allowed' : 'denied'], began);
  }

  private count({ attempts, durations }: Ending, began: number): void {
    attempts.inc();
    durations.observe((this.monotonic() - began) / 1000);
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
