import { Attribute, type Clock } from '@skiff/platform';
import { idOf, type StoredSpan } from './span';

export interface SpanStoreOptions {
  /** How many spans are kept. */
  readonly maxSpans: number;
  /** How long a span is kept after it came, in milliseconds. */
  readonly maxAgeMilliseconds: number;
  readonly clock: Clock;
}

/** Which object is meant; an empty uid stands for any. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

interface Kept {
  readonly span: StoredSpan;
  readonly writer: string;
  /** When it came, on the monotonic clock. */
  readonly at: number;
}

/**
 * Spans in memory, found by what they are about and by what caused them. The oldest goes first; where one writer has
 * more than half of the room, its own oldest, so that it cannot flush out what all others have written.
 */
export class SpanStore {
  private readonly spans = new Map<string, Kept>();
  private readonly byWriter = new Index();
  private readonly effects = new Index();
  private readonly byObject = new Index();

  constructor(private readonly options: SpanStoreOptions) {}

  get size(): number {
    return this.spans.size;
  }

  /** Keeps a span that somebody wrote; one that came before is left as it was. */
  add(span: StoredSpan, writer = ''): void {
    const id = idOf(span.traceId, span.spanId);
    if (this.spans.has(id)) return;
    this.spans.set(id, { span, writer, at: this.options.clock.monotonic() });
    this.byWriter.add(writer, id);
    for (const cause of causesOf(span)) this.effects.add(cause, id);
    const key = objectKey(span.attributes);
    if (key !== undefined) this.byObject.add(key, id);
    this.evict(writer);
  }

  get(id: string): StoredSpan | undefined {
    return this.spans.get(id)?.span;
  }

  /** Spans about an object. */
  about(object: ObjectName): StoredSpan[] {
    const found = this.resolve(this.byObject.get(`${object.kind.toLowerCase()}/${object.namespace}/${object.name}`));
    // A span that does not know the uid, such as that of the creating request, may be about any.
    return found.filter(({ attributes }) => {
      const uid = attributes[Attribute.objectUid];
      return object.uid === '' || uid === undefined || uid === object.uid;
    });
  }

  /** Spans that are children of this one or linked to it. */
  effectsOf(id: string): StoredSpan[] {
    return this.resolve(this.effects.get(id));
  }

  /** Drops what is too old or too much; called with every new span of a writer, and on a timer when none come. */
  evict(writer = ''): void {
    const { clock, maxAgeMilliseconds, maxSpans } = this.options;
    const oldest = clock.monotonic() - maxAgeMilliseconds;
    for (const [id, kept] of this.spans) {
      if (kept.at >= oldest) break;
      this.drop(id, kept);
    }
    while (this.spans.size > maxSpans) {
      const [id] = this.byWriter.count(writer) > maxSpans / 2 ? this.byWriter.get(writer) : this.spans.keys();
      const kept = id === undefined ? undefined : this.spans.get(id);
      if (id === undefined || !kept) return;
      this.drop(id, kept);
    }
  }

  private drop(id: string, { span, writer }: Kept): void {
    this.spans.delete(id);
    this.byWriter.delete(writer, id);
    for (const cause of causesOf(span)) this.effects.delete(cause, id);
    const key = objectKey(span.attributes);
    if (key !== undefined) this.byObject.delete(key, id);
  }

  private resolve(ids: Iterable<string>): StoredSpan[] {
    return [...ids].map((id) => this.get(id)).filter((span) => span !== undefined);
  }
}

/** Ids of the spans that this one came from: its parent and what it is linked to. */
export function causesOf(span: StoredSpan): string[] {
  const parent = span.parentSpanId === '' ? [] : [idOf(span.traceId, span.parentSpanId)];
  return [...parent, ...span.links];
}

function objectKey(attributes: Readonly<Record<string, string>>): string | undefined {
  // What others than Skiff call a pod: OpenTelemetry's conventions.
  const pod = attributes['k8s.pod.name'];
  if (pod !== undefined) return `pod/${attributes['k8s.namespace.name'] ?? ''}/${pod}`;
  const kind = attributes[Attribute.objectKind];
  const name = attributes[Attribute.objectName];
  if (kind === undefined || name === undefined) return undefined;
  return `${kind.toLowerCase()}/${attributes[Attribute.objectNamespace] ?? ''}/${name}`;
}

class Index {
  private readonly ids = new Map<string, Set<string>>();

  get(key: string): Iterable<string> {
    return this.ids.get(key) ?? [];
  }

  count(key: string): number {
    return this.ids.get(key)?.size ?? 0;
  }

  add(key: string, id: string): void {
    const known = this.ids.get(key);
    if (known) known.add(id);
    else this.ids.set(key, new Set([id]));
  }

  delete(key: string, id: string): void {
    const known = this.ids.get(key);
    known?.delete(id);
    if (known?.size === 0) this.ids.delete(key);
  }
}
