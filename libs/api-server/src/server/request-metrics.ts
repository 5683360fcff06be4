import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ResourceRequestInfo } from '../requests/request-info';

const labels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const;

/** Counts requests under upstream's names. */
export class RequestMetrics {
  private readonly total: Counter;
  private readonly durations: Histogram;
  private readonly current: Gauge;

  constructor(
    registry: Registry,
    private readonly monotonic: () => number,
  ) {
    const registers = [registry];
    this.total = new Counter({
      name: 'apiserver_request_total',
      help: 'Requests by what they asked for and how they ended.',
      labelNames: [...labels, 'code'],
      registers,
    });
    this.durations = new Histogram({
      name: 'apiserver_request_duration_seconds',
      help: 'How long requests took, watches and connections excepted.',
      labelNames: [...labels],
      buckets: [0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 30],
      registers,
    });
    this.current = new Gauge({ name: 'apiserver_current_inflight_requests', help: 'Requests under way.', registers });
  }

  /** A request begins; what is returned says how it ended. */
  start(): (method: string, info: ResourceRequestInfo | undefined, code: number) => void {
    const began = this.monotonic();
    this.current.inc();
    return (method, info, code) => {
      this.current.dec();
      const verb = info ? info.verb.toUpperCase() : method;
      const scope = !info ? '' : info.name ? 'resource' : info.namespace ? 'namespace' : 'cluster';
      const values = {
        verb,
        group: info?.group ?? '',
        version: info?.version ?? '',
        resource: info?.resource ?? '',
        subresource: info?.subresource ?? '',
        scope,
      };
      this.total.inc({ ...values, code: String(code) });
      if (verb !== 'WATCH') this.durations.observe(values, (this.monotonic() - began) / 1000);
    };
  }
}
