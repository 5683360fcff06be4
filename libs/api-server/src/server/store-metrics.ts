import { countsOf, SeriesHistogram, type HistogramSeries } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import { Counter, type Registry } from 'prom-client';
import { storedResource } from './stored-resource';

const labelNames = ['operation', 'group', 'resource'] as const;
type Label = (typeof labelNames)[number];

/** In seconds. */
const buckets = [
  ...[0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60],
];

interface Series {
  readonly durations: HistogramSeries;
  readonly labels: Readonly<Record<Label, string>>;
}

/**
 * Measures what the API server asks of its store, whichever that is, under upstream's names.
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/etcd3/metrics/metrics.go.
 */
export class StoreMetrics {
  private readonly durations: SeriesHistogram<Label>;
  private readonly errors: Counter<Label>;
  /** By operation, then by the part of keys that names a resource. */
  private readonly series = new Map<string, Map<string, Series>>();

  constructor(
    registry: Registry,
    private readonly monotonic: () => number,
  ) {
    const shared = { labelNames, registry };
    this.durations = new SeriesHistogram({
      name: 'etcd_request_duration_seconds',
      help: 'How long requests to the store took.',
      buckets,
      ...shared,
    });
    countsOf(this.durations, { name: 'etcd_requests_total', help: 'Requests to the store.', ...shared });
    this.errors = new Counter({
      name: 'etcd_request_errors_total',
      help: 'Requests to the store that failed.',
      labelNames,
      registers: [registry],
    });
  }

  /** The same store, whose reads and writes of objects are measured. */
  measure(store: Store): Store {
    return {
      get: (key, signal) => this.run('get', key, () => store.get(key, signal)),
      list: (request, signal) => this.run('list', request.prefix, () => store.list(request, signal)),
      create: (key, value, options) => this.run('create', key, () => store.create(key, value, options)),
      update: (key, value, expected, options) =>
        this.run('update', key, () => store.update(key, value, expected, options)),
      delete: (key, expected) => this.run('delete', key, () => store.delete(key, expected)),
      currentRevision: (signal) => store.currentRevision(signal),
      watch: (prefix, afterRevision, signal) => store.watch(prefix, afterRevision, signal),
      grantLease: (ttlSeconds) => store.grantLease(ttlSeconds),
      keepLeaseAlive: (lease) => store.keepLeaseAlive(lease),
      revokeLease: (lease) => store.revokeLease(lease),
      compact: (revision) => store.compact(revision),
      close: () => store.close(),
    };
  }

  private async run<T>(operation: string, key: string, request: () => Promise<T>): Promise<T> {
    const { durations, labels } = this.seriesOf(operation, key);
    const began = this.monotonic();
    try {
      return await request();
    } catch (error) {
      this.errors.inc(labels);
      throw error;
    } finally {
      durations.observe((this.monotonic() - began) / 1000);
    }
  }

  private seriesOf(operation: string, key: string): Series {
    let ofOperation = this.series.get(operation);
    if (!ofOperation) this.series.set(operation, (ofOperation = new Map<string, Series>()));
    const resource = resourceOf(key);
    const name = `${resource.group}/${resource.resource}`;
    let series = ofOperation.get(name);
    if (!series) {
      const labels = { operation, ...resource };
      ofOperation.set(name, (series = { labels, durations: this.durations.series(labels) }));
    }
    return series;
  }
}

/** What is no object's, such as the addresses that are taken, goes by the first part of its key. */
const resourceOf = (key: string): { readonly group: string; readonly resource: string } =>
  storedResource(key) ?? { group: '', resource: key.split('/', 2)[1] ?? '' };
