import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import type { metav1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { answeredCode, SeriesHistogram, type Clock, type HistogramSeries } from '@skiff/platform';
import { Counter, type Registry } from 'prom-client';

/** The methods by which REST would be asked. */
export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** In seconds. */
const buckets = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** The code of a call that was not answered. */
const unanswered = '<error>';

export interface ClientMetricsOptions {
  readonly registry: Registry;
  /** "host:port" of the API server. */
  readonly target: string;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/**
 * Counts what a client asks of the API server, under the names that upstream's clients count it.
 * Upstream: staging/src/k8s.io/component-base/metrics/prometheus/restclient/metrics.go.
 */
export class ClientMetrics {
  private readonly counts = new Map<Verb, Map<string, number>>();
  private readonly durations: SeriesHistogram<'verb' | 'host'>;
  private readonly series = new Map<Verb, HistogramSeries>();

  constructor(private readonly options: ClientMetricsOptions) {
    const { registry, target: host } = options;
    const { counts } = this;
    this.durations = new SeriesHistogram({
      name: 'rest_client_request_duration_seconds',
      help: 'How long requests to the API server took.',
      labelNames: ['verb', 'host'],
      buckets,
      registry,
    });
    new Counter({
      name: 'rest_client_requests_total',
      help: 'Requests to the API server, by how they ended.',
      labelNames: ['code', 'method', 'host'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [method, codes] of counts)
          for (const [code, count] of codes) this.inc({ code, method, host }, count);
      },
    });
  }

  /** A call begins; what is returned says how it ended. */
  start(verb: Verb): (error: ServiceError | null) => void {
    const observe = this.timer(verb);
    return (error) => {
      observe();
      this.count(verb, codeOf(verb, error));
    };
  }

  /** A watch begins: it is counted when it is let in or refused, as long as it then lasts. */
  watch(stream: ClientReadableStream<unknown>): void {
    let isOpen = false;
    stream.once('metadata', () => {
      isOpen = true;
      this.count('GET', '200');
    });
    stream.once('error', (error: ServiceError) => {
      if (!isOpen) this.count('GET', codeOf('GET', error));
    });
  }

  /** Creations that go together, of which each is counted by what it came to. */
  async creations<T extends readonly unknown[]>(results: Promise<T>, count: number): Promise<T> {
    const observe = this.timer('POST');
    let codes = new Array<string>(count).fill(unanswered);
    try {
      const all = await results;
      codes = all.map(createdCode);
      return all;
    } finally {
      for (const code of codes) {
        observe();
        this.count('POST', code);
      }
    }
  }

  private timer(verb: Verb): () => void {
    const { clock } = this.options;
    const began = clock.monotonic();
    return () => this.seriesOf(verb).observe((clock.monotonic() - began) / 1000);
  }

  private count(verb: Verb, code: string): void {
    let codes = this.counts.get(verb);
    if (!codes) this.counts.set(verb, (codes = new Map<string, number>()));
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }

  private seriesOf(verb: Verb): HistogramSeries {
    let series = this.series.get(verb);
    if (!series) this.series.set(verb, (series = this.durations.series({ verb, host: this.options.target })));
    return series;
  }
}

const codeOf = (verb: Verb, error: ServiceError | null): string =>
  error ? String(answeredCode(error) ?? unanswered) : verb === 'POST' ? '201' : '200';

/** What one of many came to: an error, a Status, or the object. */
function createdCode(result: unknown): string {
  const { status, code } = result instanceof StatusError ? result.toStatus() : (result as metav1.Status);
  return status === 'Failure' ? String(code) : '201';
}
