import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Kind } from '@skiff/contracts';
import type { ResourceRequestInfo } from '../requests/request-info';

const resourceLabels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const;
const labels = [...resourceLabels, 'dry_run'] as const;
const watchLabels = ['group', 'version', 'resource'] as const;

/** Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/metrics/metrics.go. In seconds, but for sizes. */
const sliBuckets = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const durationBuckets = [0.005, 0.025, ...sliBuckets];
const sizeBuckets = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

/** What is known of a request when it is over. */
export interface RequestOutcome {
  readonly method: string;
  /** Absent for what is no resource that is served. */
  readonly info: ResourceRequestInfo | undefined;
  readonly code: number;
  readonly dryRun: boolean;
  /** Absent when it was sent in pieces. */
  readonly bytes: number | undefined;
}

interface Series {
  readonly total: Counter.Internal;
  readonly durations: Histogram.Internal<(typeof labels)[number]>;
  /** Of requests whose time is the server's own. */
  readonly sli: Histogram.Internal<(typeof resourceLabels)[number]> | undefined;
  /** Of answers to readers. */
  readonly sizes: Histogram.Internal<(typeof resourceLabels)[number]> | undefined;
}

type Values = Record<(typeof resourceLabels)[number], string>;

/** Sets a gauge when somebody looks, so that what it counts costs nothing until then. */
const gaugeOf = (values: () => Record<string, number>) =>
  function (this: Gauge): void {
    for (const [request_kind, value] of Object.entries(values())) this.set({ request_kind }, value);
  };

/** Counts requests under upstream's names. */
export class RequestMetrics {
  private readonly total: Counter;
  private readonly durations: Histogram;
  private readonly sli: Histogram;
  private readonly sizes: Histogram;
  private readonly lasting: Gauge;
  private readonly events: Counter;
  private readonly current = { readOnly: 0, mutating: 0 };
  private readonly series = new Map<string, Series>();

  constructor(
    registry: Registry,
    private readonly monotonic: () => number,
  ) {
    const registers = [registry];
    const histogram = (name: string, help: string, buckets: number[], labelNames: readonly string[]): Histogram =>
      new Histogram({ name, help, buckets, labelNames: [...labelNames], registers });
    this.total = new Counter({
      name: 'apiserver_request_total',
      help: 'Requests by what they asked for and how they ended.',
      labelNames: [...labels, 'code'],
      registers,
    });
    this.durations = histogram(
      'apiserver_request_duration_seconds',
      'How long requests took.',
      durationBuckets,
      labels,
    );
    this.sli = histogram(
      'apiserver_request_sli_duration_seconds',
      'How long requests took that were no dry runs, watches and connections excepted.',
      sliBuckets,
      resourceLabels,
    );
    this.sizes = histogram('apiserver_response_sizes', 'Sizes of answers to readers.', sizeBuckets, resourceLabels);
    this.lasting = new Gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Watches and connections that are open.',
      labelNames: [...resourceLabels],
      registers,
    });
    this.events = new Counter({
      name: 'apiserver_watch_events_total',
      help: 'Events that were sent to watchers.',
      labelNames: [...watchLabels],
      registers,
    });
    new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Requests under way that do not last.',
      labelNames: ['request_kind'],
      registers,
      collect: gaugeOf(() => this.current),
    });
  }

  /** A request begins; what is returned says how it ended. */
  start(): (outcome: RequestOutcome) => void {
    const began = this.monotonic();
    return ({ method, info, code, dryRun, bytes }) => {
      const series = this.seriesOf(method, info, code, dryRun);
      series.total.inc();
      const seconds = (this.monotonic() - began) / 1000;
      series.durations.observe(seconds);
      series.sli?.observe(seconds);
      if (bytes !== undefined) series.sizes?.observe(bytes);
    };
  }

  /** A request is under way; what is returned, to be called once or more, says that it is over, or lasts. */
  enter(method: string): () => void {
    const kind = method === 'GET' || method === 'HEAD' ? 'readOnly' : 'mutating';
    this.current[kind] += 1;
    let left = false;
    return () => {
      if (!left) this.current[kind] -= 1;
      left = true;
    };
  }

  /** A watch or connection begins; what is returned says that it is over. */
  lasts(method: string, info: ResourceRequestInfo): () => void {
    const gauge = this.lasting.labels(valuesOf(method, info));
    gauge.inc();
    return () => gauge.dec();
  }

  /** Counts the events that are sent to one watcher. */
  watchEvents({ group, version, plural }: Kind): () => void {
    const counter = this.events.labels({ group, version, resource: plural });
    return () => counter.inc();
  }

  /** Finding a series by its labels is dear, and there are few of them. */
  private seriesOf(method: string, info: ResourceRequestInfo | undefined, code: number, dryRun: boolean): Series {
    const values = valuesOf(method, info);
    const key = `${Object.values(values).join('/')}/${code}/${dryRun}`;
    let series = this.series.get(key);
    if (!series) {
      const own = { ...values, dry_run: dryRun ? 'All' : '' };
      const { verb } = values;
      series = {
        total: this.total.labels({ ...own, code: String(code) }),
        durations: this.durations.labels(own),
        sli: dryRun || verb === 'WATCH' || verb === 'CONNECT' ? undefined : this.sli.labels(values),
        sizes: verb === 'GET' || verb === 'LIST' ? this.sizes.labels(values) : undefined,
      };
      this.series.set(key, series);
    }
    return series;
  }
}

const connections = new Set(['exec', 'attach', 'portforward', 'proxy', 'log']);

function valuesOf(method: string, info: ResourceRequestInfo | undefined): Values {
  const { group = '', version = '', resource = '', subresource = '' } = info ?? {};
  const component = 'apiserver';
  return { verb: verbOf(method, info), group, version, resource, subresource, scope: scopeOf(info), component };
}

/** Upstream's validRequestMethods, as far as this server has requests of them. */
const knownVerbs = new Set(['CONNECT', 'DELETE', 'DELETECOLLECTION', 'GET', 'LIST', 'PATCH', 'POST', 'PUT', 'WATCH']);
/** Verbs of requests have the names of HTTP's methods where there is one. */
const methodNames: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' };

/** Clients may invent methods, which must not become labels: what is not known is `other`, as upstream's cleanVerb has it. */
function verbOf(method: string, info: ResourceRequestInfo | undefined): string {
  if (info && connections.has(info.subresource)) return 'CONNECT';
  const verb = info ? (methodNames[info.verb] ?? info.verb.toUpperCase()) : method;
  return knownVerbs.has(verb) ? verb : 'other';
}

function scopeOf(info: ResourceRequestInfo | undefined): string {
  if (!info) return '';
  if (info.name || info.verb === 'create') return 'resource';
  return info.namespace ? 'namespace' : 'cluster';
}
