import type { Operation } from '@skiff/api-server/admission';
import { SeriesCounter, SeriesHistogram } from '@skiff/platform';
import type { Registry } from 'prom-client';
import type { WebhookType } from '../configuration/hook';

/** In seconds; a call takes 30 at the most. */
const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

/** As metrics call the types. */
const types: Readonly<Record<WebhookType, string>> = { mutating: 'admit', validating: 'validating' };

/** Codes beyond are one, so that no webhook makes up series. */
const mostCode = 600;

/** Why a write was refused on account of a webhook. */
type RejectionKind = 'no_error' | 'calling_webhook_error' | 'apiserver_internal_error';

/** How a call of a webhook ended. */
export interface CallEnd {
  readonly type: WebhookType;
  readonly webhook: string;
  readonly operation: Operation;
  /** As HTTP has it; 0 where the server failed itself. */
  readonly code: number;
  /** Absent where the write went on. */
  readonly rejection: RejectionKind | undefined;
}

/** Measures webhooks under upstream's names. Upstream: staging/src/k8s.io/apiserver/pkg/admission/metrics/metrics.go. */
export class WebhookMetrics {
  private readonly durations: SeriesHistogram<'name' | 'type' | 'operation' | 'rejected'>;
  private readonly requests: SeriesCounter<'name' | 'type' | 'operation' | 'code' | 'rejected'>;
  private readonly rejections: SeriesCounter<'name' | 'type' | 'operation' | 'error_type' | 'rejection_code'>;
  private readonly failuresOpen: SeriesCounter<'name' | 'type'>;

  constructor(
    registry: Registry,
    private readonly monotonic: () => number,
  ) {
    this.durations = new SeriesHistogram({
      name: 'apiserver_admission_webhook_admission_duration_seconds',
      help: 'How long each admission webhook took.',
      labelNames: ['name', 'type', 'operation', 'rejected'],
      buckets,
      registry,
    });
    this.requests = new SeriesCounter({
      name: 'apiserver_admission_webhook_request_total',
      help: 'Calls of admission webhooks, by the code that they answered.',
      labelNames: ['name', 'type', 'operation', 'code', 'rejected'],
      registry,
    });
    this.rejections = new SeriesCounter({
      name: 'apiserver_admission_webhook_rejection_count',
      help: 'Writes that were refused on account of an admission webhook.',
      labelNames: ['name', 'type', 'operation', 'error_type', 'rejection_code'],
      registry,
    });
    this.failuresOpen = new SeriesCounter({
      name: 'apiserver_admission_webhook_fail_open_count',
      help: 'Writes that went on although an admission webhook could not be asked.',
      labelNames: ['name', 'type'],
      registry,
    });
  }

  now(): number {
    return this.monotonic();
  }

  /** @param began by `now`. */
  ended({ type, webhook: name, operation, code, rejection }: CallEnd, began: number): void {
    const labels = { name, type: types[type], operation };
    const told = String(Math.min(code, mostCode));
    const rejected = String(rejection !== undefined);
    this.requests.series({ ...labels, code: told, rejected }).inc();
    this.durations.series({ ...labels, rejected }).observe((this.monotonic() - began) / 1000);
    if (rejection) this.rejections.series({ ...labels, error_type: rejection, rejection_code: told }).inc();
  }

  failedOpen(type: WebhookType, name: string): void {
    this.failuresOpen.series({ name, type: types[type] }).inc();
  }
}
