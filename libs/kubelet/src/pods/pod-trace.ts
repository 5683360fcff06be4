import type { corev1, skiffapiv1 } from '@skiff/contracts';
import { toLink } from '@skiff/client';
import { context as otel, SpanStatusCode, trace, type Link, type Tracer } from '@opentelemetry/api';

/** Links what is done for a pod to the write that caused it. */
export class PodTrace {
  private links: Link[] = [];

  constructor(private readonly tracer: Tracer) {}

  /** The next pass over the pod is because of this; undefined changes nothing. */
  link(cause: skiffapiv1.TraceContext | undefined): void {
    const link = cause === undefined ? undefined : toLink(cause);
    if (link !== undefined) this.links = [link];
  }

  /** Does one pass in a span of its own, unless nobody's write caused it. */
  async run<T>(pod: corev1.Pod, work: () => Promise<T>): Promise<T> {
    const { links } = this;
    this.links = [];
    if (links.length === 0) return work();
    const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
    const attributes = { 'k8s.pod.name': name, 'k8s.namespace.name': namespace, 'k8s.pod.uid': uid };
    const span = this.tracer.startSpan('sync pod', { attributes, links, root: true });
    try {
      return await otel.with(trace.setSpan(otel.active(), span), work);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  }
}
