import { Counter, Histogram, type Registry } from 'prom-client';

const buckets = Array.from({ length: 15 }, (_, index) => 0.001 * 2 ** index);

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
    const counted = <Result extends string>(
      results: readonly Result[],
      counter: string,
      histogram: string,
      what: string,
    ): Readonly<Record<Result, (seconds: number) => void>> => {
      const shared = { labelNames: ['result'], registers: [registry] };
      const total = new Counter({ name: counter, help: `${what}, by how they ended.`, ...shared });
      const durations = new Histogram({ name: histogram, help: `How long ${what} took.`, buckets, ...shared });
      return Object.fromEntries(
        results.map((result) => {
          const [attempts, time] = [total.labels(result), durations.labels(result)];
          return [result, (seconds: number): void => (attempts.inc(), time.observe(seconds))];
        }),
      ) as Record<Result, (seconds: number) => void>;
    };
    this.authentications = counted(
      ['success', 'failure'],
      'authentication_attempts',
      'authentication_duration_seconds',
      'Authentications',
    );
    this.authorizations = counted(
      ['allowed', 'denied'],
      'authorization_attempts_total',
      'authorization_duration_seconds',
      'Authorizations',
    );
  }

  /** Finds out who it is. */
  async authenticate<T>(run: () => Promise<T>): Promise<T> {
    const began = this.monotonic();
    try {
      const user = await run();
      this.authentications.success((this.monotonic() - began) / 1000);
      return user;
    } catch (error) {
      this.authentications.failure((this.monotonic() - began) / 1000);
      throw error;
    }
  }

  /** Finds out whether they may. */
  authorize<T extends { readonly allowed: boolean }>(run: () => T): T {
    const began = this.monotonic();
    const decision = run();
    this.authorizations[decision.allowed ? 'allowed' : 'denied']((this.monotonic() - began) / 1000);
    return decision;
  }
}
