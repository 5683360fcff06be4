import { Gauge, type Registry } from 'prom-client';
import type { Kind } from '@skiff/contracts';
import { type CounterSeries, type HistogramSeries, SeriesCounter, SeriesHistogram } from '@skiff/platform';
import type { ResourceRequestInfo } from '../request/request-info';

const resourceLabels = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'] as const;
const watchLabels = ['group', 'version', 'resource'] as const;
type ResourceLabel = (typeof resourceLabels)[number];
type RequestLabel = ResourceLabel | 'dry_run';

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
  readonly seconds: number;
}

interface Series {
  readonly total: CounterSeries;
  readonly durations: HistogramSeries;
  /** Of requests whose time is the server's own. */
  readonly sli: HistogramSeries | undefined;
  /** Of answers to readers. */
  readonly sizes: HistogramSeries | undefined;
}

type Values = Record<ResourceLabel, string>;

/** How upstream divides requests that are under way. */
export type RequestKind = 'readOnly' | 'mutating';

export const requestKind = (method: string): RequestKind =>
  method === 'GET' || method === 'HEAD' ? 'readOnly' : 'mutating';

/** Counts requests under upstream's names. */
export class RequestMetrics {
  /** Requests under way that do not last. */
  readonly underWay: Record<RequestKind, number> = { readOnly: 0, mutating: 0 };
  private readonly total: SeriesCounter<RequestLabel | 'code'>;
  private readonly durations: SeriesHistogram<RequestLabel>;
  private readonly sli: SeriesHistogram<ResourceLabel>;
  private readonly sizes: SeriesHistogram<ResourceLabel>;
  private readonly lasting: Gauge;
  private readonly events: SeriesCounter<(typeof watchLabels)[number]>;
  private readonly series = new Map<string, Series>();

  /** @param connects tells whether a request is for a subresource that takes over the connection. */
  constructor(
    registry: Registry,
    private readonly connects: (info: ResourceRequestInfo) => boolean,
  ) {
    const labels = [...resourceLabels, 'dry_run'] as const;
    const shared = { registry, labelNames: resourceLabels };
    this.total = new SeriesCounter({
      name: 'apiserver_request_total',
      help: 'Requests by what they asked for and how they ended.',
      labelNames: [...labels, 'code'],
      registry,
    });
    this.durations = new SeriesHistogram({
      name: 'apiserver_request_duration_seconds',
      help: 'How long requests took.',
      buckets: durationBuckets,
      labelNames: labels,
      registry,
    });
    this.sli = new SeriesHistogram({
      name: 'apiserver_request_sli_duration_seconds',
      help: 'How long requests took that were no dry runs, watches and connections excepted.',
      buckets: sliBuckets,
      ...shared,
    });
    this.sizes = new SeriesHistogram({
      name: 'apiserver_response_sizes',
      help: 'Sizes of answers to readers.',
      buckets: sizeBuckets,
      ...shared,
    });
    this.events = new SeriesCounter({
      name: 'apiserver_watch_events_total',
      help: 'Events that were sent to watchers.',
      labelNames: watchLabels,
      registry,
    });
    const registers = [registry];
    this.lasting = new Gauge({
      name: 'apiserver_longrunning_requests',
      help: 'Watches and connections that are open.',
      labelNames: [...resourceLabels],
      registers,
    });
    const { underWay } = this;
    new Gauge({
      name: 'apiserver_current_inflight_requests',
      help: 'Requests under way that do not last.',
      labelNames: ['request_kind'],
      registers,
      // Set when somebody looks, so that it costs nothing until then.
      collect() {
        for (const [request_kind, value] of Object.entries(underWay)) this.set({ request_kind }, value);
      },
    });
  }

  /** Counts a request that is over. */
  observe(outcome: RequestOutcome): void {
    const { total, durations, sli, sizes } = this.seriesOf(outcome);
    total.inc();
    durations.observe(outcome.seconds);
    sli?.observe(outcome.seconds);
    if (outcome.bytes !== undefined) sizes?.observe(outcome.bytes);
  }

  /** Watches and connections of one sort that are open. */
  open(method: string, info: ResourceRequestInfo): Gauge.Internal<string> {
    return this.lasting.labels(this.valuesOf(method, info));
  }

  /** Counts the events that are sent to watchers of a kind. */
  watchEvents({ group, version, plural: resource }: Kind): CounterSeries {
    return this.events.series({ group, version, resource });
  }

  /** There are few series, and every request looks for one. */
  private seriesOf({ method, info, code, dryRun }: RequestOutcome): Series {
    const verb = this.verbOf(method, info);
    const key = info
      ? `${verb} ${code} ${dryRun} ${scopeOf(info)} ${info.resource} ${info.subresource} ${info.version} ${info.group}`
      : `${verb} ${code} ${dryRun}`;
    let series = this.series.get(key);
    if (!series) {
      series = this.newSeries(this.valuesOf(method, info), code, dryRun);
      this.series.set(key, series);
    }
    return series;
  }

  private newSeries(values: Values, code: number, dryRun: boolean): Series {
    const { verb } = values;
    const own = { ...values, dry_run: dryRun ? 'All' : '' };
    return {
      total: this.total.series({ ...own, code: String(code) }),
      durations: this.durations.series(own),
      sli: dryRun || verb === 'WATCH' || verb === 'CONNECT' ? undefined : this.sli.series(values),
      sizes: verb === 'GET' || verb === 'LIST' ? this.sizes.series(values) : undefined,
    };
  }

  private valuesOf(method: string, info: ResourceRequestInfo | undefined): Values {
    const { group = '', version = '', resource = '', subresource = '' } = info ?? {};
    const component = 'apiserver';
    return { verb: this.verbOf(method, info), group, version, resource, subresource, scope: scopeOf(info), component };
  }

  /** Clients may invent methods, which must not become labels: what is not known is `other`, as upstream's cleanVerb has it. */
  private verbOf(method: string, info: ResourceRequestInfo | undefined): string {
    if (info && this.connects(info)) return 'CONNECT';
    const verb = info ? (methodNames[info.verb] ?? info.verb.toUpperCase()) : method;
    return knownVerbs.has(verb) ? verb : 'other';
  }
}

/** Upstream's validRequestMethods, as far as this server has requests of them. */
const knownVerbs = new Set(['CONNECT', 'DELETE', 'DELETECOLLECTION', 'GET', 'LIST', 'PATCH', 'POST', 'PUT', 'WATCH']);
/** Verbs of requests have the names of HTTP's methods where there is one. */
const methodNames: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' };

function scopeOf(info: ResourceRequestInfo | undefined): string {
  if (!info) return '';
  if (info.name || info.verb === 'create') return 'resource';
  return info.namespace ? 'namespace' : 'cluster';
}
