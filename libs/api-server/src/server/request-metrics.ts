import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { ResourceRequestInfo } from '../requests/request-info';

const labels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope'] as const;

interface Series {
  readonly total: Counter.Internal;
  readonly durations: Histogram.Internal<(typeof labels)[number]>;
}

/** Sets a gauge when somebody looks, so that what it counts costs nothing until then. */
const gaugeOf = (value: () => number) =>
  function (this: Gauge): void {
    this.set(value());
  };

/** Counts requests under upstream's names. */
export class RequestMetrics {
  private readonly total: Counter;
  private readonly durations: Histogram;
  private current = 0;
  private readonly series = new Map<string, Series>();

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
    new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Requests under way.',
      registers,
      collect: gaugeOf(() => this.current),
    });
  }

  /** A request begins; what is returned says how it ended. */
  start(): (method: string, info: ResourceRequestInfo | undefined, code: number) => void {
    const began = this.monotonic();
    this.current += 1;
    return (method, info, code) => {
      this.current -= 1;
      const verb = info ? info.verb.toUpperCase() : method;
      const scope = !info ? '' : info.name ? 'resource' : info.namespace ? 'namespace' : 'cluster';
      const series = this.seriesOf(verb, scope, info, code);
      series.total.inc();
      if (verb !== 'WATCH') series.durations.observe((this.monotonic() - began) / 1000);
    };
  }

  /** Finding a series by its labels is dear, and there are few of them. */
  private seriesOf(verb: string, scope: string, info: ResourceRequestInfo | undefined, code: number): Series {
    const { group = '', version = '', resource = '', subresource = '' } = info ?? {};
    const key = `${verb}/${code}/${scope}/${group}/${version}/${resource}/${subresource}`;
    let series = this.series.get(key);
    if (!series) {
      const values = { verb, group, version, resource, subresource, scope };
      series = {
        total: this.total.labels({ ...values, code: String(code) }),
        durations: this.durations.labels(values),
      };
      this.series.set(key, series);
    }
    return series;
  }
}
