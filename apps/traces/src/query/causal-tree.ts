import { skifftracesv1 } from '@skiff/contracts';
import { Attribute, SpanName } from '@skiff/platform';
import { causesOf, type ObjectName, type SpanStore } from '../store/span-store';
import { idOf, type StoredSpan } from '../store/span';

export interface TreeOptions {
  /** How many of the latest causes. */
  readonly limit: number;
  /** How many spans in all. */
  readonly maxSpans: number;
}

const apiServer = 'api-server';
const reads = new Set(['get', 'list', 'watch']);
const id = (span: StoredSpan): string => idOf(span.traceId, span.spanId);

/**
 * What caused an object to be as it is, and what followed: from every span about
 * the object up to where it began, then down over children and links. Branches that
 * neither lead to the object nor follow from it are left out, so that the tree of a
 * pod begins at the request for its Deployment but does not show the other pods.
 */
export function explain(
  store: SpanStore,
  object: ObjectName,
  options: TreeOptions,
): { roots: skifftracesv1.SpanNode[]; truncated: boolean } {
  const about = store.about(object).filter((span) => !isRead(span));
  const leading = withCauses(store, about);
  const tops = [...leading.values()].filter((span) => causesOf(span).every((cause) => !leading.has(cause)));
  const chosen = chooseRoots(store, tops, options.limit);
  const builder = new TreeBuilder(store, leading, new Set(about.map(id)), options.maxSpans);
  const roots = builder.build(chosen);
  return { roots, truncated: builder.truncated };
}

function isRead(span: StoredSpan): boolean {
  return reads.has(span.attributes[Attribute.verb] ?? '');
}

/** These spans and all that they came from, by id. */
function withCauses(store: SpanStore, spans: readonly StoredSpan[]): Map<string, StoredSpan> {
  const found = new Map(spans.map((span) => [id(span), span]));
  // The map grows while it is walked.
  for (const span of found.values()) {
    for (const cause of causesOf(span)) {
      const known = store.get(cause);
      if (known !== undefined && !isRead(known)) found.set(cause, known);
    }
  }
  return found;
}

/** What users asked for says more than what components did, and that more than what came of itself; late ones first. */
function chooseRoots(store: SpanStore, tops: readonly StoredSpan[], limit: number): StoredSpan[] {
  const byUsers = tops.filter((span) => [span, ...store.effectsOf(id(span))].some(isUserRequest));
  const byAnybody = tops.filter((span) => span.name === SpanName.apiRequest || span.service === apiServer);
  const candidates = [byUsers, byAnybody, tops].find((tier) => tier.length > 0) ?? [];
  return candidates.toSorted((left, right) => right.startMicros - left.startMicros).slice(0, limit);
}

function isUserRequest(span: StoredSpan): boolean {
  const user = span.attributes[Attribute.user];
  return user !== undefined && (!user.startsWith('system:') || user.startsWith('system:serviceaccount:'));
}

interface Open {
  readonly node: skifftracesv1.SpanNode & { children: skifftracesv1.SpanNode[] };
  readonly span: StoredSpan;
  /** Whether this span follows from the object, so that all that follows from it belongs to the tree. */
  readonly within: boolean;
}

class TreeBuilder {
  truncated = false;
  private readonly seen = new Set<string>();

  constructor(
    private readonly store: SpanStore,
    private readonly leading: ReadonlyMap<string, StoredSpan>,
    private readonly about: ReadonlySet<string>,
    private readonly maxSpans: number,
  ) {}

  build(roots: readonly StoredSpan[]): skifftracesv1.SpanNode[] {
    for (const root of roots) this.seen.add(id(root));
    const open = roots.map((root) => this.open(root, skifftracesv1.Relation.RELATION_ROOT, false));
    const nodes = open.map(({ node }) => node);
    // Earliest first: a span with several causes hangs on the one that came first.
    while (open.length > 0) {
      open.sort((left, right) => right.span.startMicros - left.span.startMicros);
      const next = open.pop();
      if (next !== undefined) open.push(...this.expand(next));
    }
    return nodes;
  }

  private expand({ node, span, within }: Open): Open[] {
    const effects = this.store
      .effectsOf(id(span))
      .filter(
        (effect) => !this.seen.has(id(effect)) && (within || this.leading.has(id(effect)) || isDetail(span, effect)),
      )
      .toSorted((left, right) => left.startMicros - right.startMicros);
    const opened: Open[] = [];
    for (const effect of effects) {
      if (this.seen.size >= this.maxSpans) {
        this.truncated = true;
        break;
      }
      this.seen.add(id(effect));
      const child = effect.parentSpanId === span.spanId && effect.traceId === span.traceId;
      const relation = child ? skifftracesv1.Relation.RELATION_CHILD : skifftracesv1.Relation.RELATION_FOLLOWS;
      const next = this.open(effect, relation, within);
      node.children.push(next.node);
      opened.push(next);
    }
    return opened;
  }

  private open(span: StoredSpan, relation: skifftracesv1.Relation, within: boolean): Open {
    const { traceId, spanId, service, name, startMicros, durationMicros, attributes, error } = span;
    const node = {
      traceId,
      spanId,
      relation,
      service,
      name,
      startMicros,
      durationMicros,
      attributes: { ...attributes },
      error,
      children: [],
    };
    return { node, span, within: within || this.about.has(id(span)) };
  }
}

/** Whether a span is a step of its parent, such as its store transaction, rather than about another object. */
function isDetail(parent: StoredSpan, span: StoredSpan): boolean {
  const child = span.parentSpanId === parent.spanId && span.traceId === parent.traceId;
  return child && span.attributes[Attribute.objectName] === undefined;
}
