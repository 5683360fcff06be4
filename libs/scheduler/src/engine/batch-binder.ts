import { context, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api';
import type { Binder } from '@skiff/client';
import {
  Attribute,
  contextWith,
  fromStatus,
  isTracing,
  SpanName,
  traceContextOf,
  traceparentAnnotation,
} from '@skiff/platform';
import type { PodInfo } from '../snapshot/pod-info';

interface Pending {
  readonly pod: PodInfo;
  readonly node: string;
  readonly span: Span | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

const largestBatch = 500;
const mostCalls = 4;

/** Gathers bindings into batches: what comes while a call is under way goes with the next one. */
export class BatchBinder {
  private pending: Pending[] = [];
  private calls = 0;

  constructor(
    private readonly binder: Binder,
    private readonly tracer: Tracer,
    private readonly onBatch: (size: number) => void = () => undefined,
  ) {}

  /** Resolves when the API server has stored the binding; rejects with its StatusError. */
  bind(pod: PodInfo, node: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.pending.push({ pod, node, span: trace.getActiveSpan(), resolve, reject });
      // Bindings of the same turn of the event loop go together.
      if (this.pending.length === 1) queueMicrotask(() => this.flush());
    });
  }

  private flush(): void {
    while (this.pending.length > 0 && this.calls < mostCalls) {
      const batch = this.pending.splice(0, largestBatch);
      this.calls += 1;
      this.onBatch(batch.length);
      void this.send(batch).finally(() => {
        this.calls -= 1;
        this.flush();
      });
    }
  }

  private async send(batch: readonly Pending[]): Promise<void> {
    const [first] = batch;
    const links = isTracing(this.tracer)
      ? batch.flatMap(({ span }) => (span ? [{ context: span.spanContext() }] : []))
      : [];
    // One binding continues its own trace; several share a span that is linked to each.
    const parent = batch.length === 1 && first?.span ? trace.setSpan(context.active(), first.span) : context.active();
    const span = this.tracer.startSpan(
      SpanName.bindPods,
      { attributes: { [Attribute.pods]: batch.length }, ...(batch.length > 1 ? { links } : {}) },
      parent,
    );
    try {
      const results = await context.with(contextWith(span, parent), () => this.binder.bindPods(batch.map(toBinding)));
      batch.forEach((pending, index) => {
        const status = results[index];
        if (status?.status === 'Failure' || !status)
          pending.reject(fromStatus(status ?? { code: 500, message: 'the API server did not answer for this pod' }));
        else pending.resolve();
      });
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
      for (const pending of batch) pending.reject(error);
    } finally {
      span.end();
    }
  }
}

/** Each binding of a batch carries the trace of its own pod's decision, which the API server takes off. */
function toBinding({ pod, node, span }: Pending): Parameters<Binder['bindPods']>[0][number] {
  const { traceparent } = (span && traceContextOf(trace.setSpan(context.active(), span))) ?? {};
  return {
    metadata: {
      namespace: pod.namespace,
      name: pod.name,
      uid: pod.uid,
      ...(traceparent ? { annotations: { [traceparentAnnotation]: traceparent } } : {}),
    },
    target: { kind: 'Node', name: node },
  };
}
