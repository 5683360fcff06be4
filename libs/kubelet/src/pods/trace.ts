import type { corev1, skiffapiv1 } from '@skiff/contracts';
import { toLink } from '@skiff/client-runtime';
import { context as otel, ROOT_CONTEXT, SpanStatusCode, type Link, type Tracer } from '@opentelemetry/api';
import { contextWith, objectAttributes, SpanName } from '@skiff/platform';

/** Links what is done for a pod to the write that caused it. */
export class PodTrace {
  private links: Link[] = [];
  /** Of the last pass that somebody's write caused. */
  private cause = ROOT_CONTEXT;

  constructor(private readonly tracer: Tracer) {}

  /** The next pass over the pod is because of this; undefined changes nothing. */
  link(cause: skiffapiv1.TraceContext | undefined): void {
    const link = cause === undefined ? undefined : toLink(cause);
    if (link !== undefined) this.links = [link];
  }

  /** Does one pass in a span of its own; one that nobody's write caused belongs to what was begun before. */
  async run<T>(pod: corev1.Pod, work: () => Promise<T>): Promise<T> {
    const { links } = this;
    this.links = [];
    if (links.length === 0) return otel.with(this.cause, work);
    const attributes = objectAttributes(pod, 'Pod');
    const span = this.tracer.startSpan(SpanName.kubeletSyncPod, { attributes, links, root: true });
    this.cause = contextWith(span, ROOT_CONTEXT);
    try {
      return await otel.with(this.cause, work);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
      throw error;
    } finally {
      span.end();
    }
  }
}
