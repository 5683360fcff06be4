import { skifftracesv1 } from '@skiff/contracts';
import { Attribute, SpanName } from '@skiff/platform';

/** A row of the page: one span, or a call and the request that it carried. Times are microseconds. */
export interface Step {
  /** Outermost first; what a reader may want to know of each. */
  readonly spans: readonly skifftracesv1.SpanNode[];
  /** Such as "kubelet", and the node that it is on, if any. */
  readonly service: string;
  readonly node: string;
  /** Such as "create ReplicaSet". */
  readonly label: string;
  /** The object that it is about, or what else tells it from its like. */
  readonly subject: string;
  readonly start: number;
  readonly duration: number;
  readonly error: string;
  /** Whether it followed across an asynchronous hop, rather than being called. */
  readonly follows: boolean;
  /** What tells the story. */
  readonly children: readonly Step[];
  /** What only a reader who asks wants to see: admission, the store, reconciles that changed nothing. */
  readonly quiet: readonly Step[];
  /** Whether what it led to is shown at first: not when a sibling before it shows the same. */
  readonly open: boolean;
}

/** A row of which it is not yet known whether it is open. */
interface Draft extends Omit<Step, 'open' | 'children' | 'quiet'> {
  readonly children: readonly Draft[];
  readonly quiet: readonly Draft[];
}

const { RELATION_FOLLOWS } = skifftracesv1.Relation;
const call = /^([A-Z]+ \/|skiff\.api\.v1\.)/;
const landmarks = new RegExp(
  `^(${[SpanName.startContainer, SpanName.imagePull, SpanName.volumeMount, SpanName.schedulePod, SpanName.kubeletSyncPod, SpanName.proxyEndpoint, 'cri ', 'probe '].join('|')})`,
);
/** Objects that tell of others. */
const commentary = new Set(['Event', 'Endpoints']);

/** The rows of a causal tree. */
export function stepsOf(root: skifftracesv1.SpanNode): Step {
  const namespace = subjectNode(root)?.attributes?.[Attribute.objectNamespace] ?? '';
  return opened(draft(root, namespace, ''), true);
}

/** All steps below one, in the order of the page. */
export function* stepsBelow(step: Step): Generator<Step> {
  for (const child of [...step.quiet, ...step.children]) {
    yield child;
    yield* stepsBelow(child);
  }
}

/** The first span that is about an object. */
function subjectNode(root: skifftracesv1.SpanNode): skifftracesv1.SpanNode | undefined {
  if (root.attributes?.[Attribute.objectName]) return root;
  return root.children?.map(subjectNode).find((node) => node !== undefined);
}

function draft(outer: skifftracesv1.SpanNode, namespace: string, parentObject: string): Draft {
  const spans = merged(outer);
  const inner = spans.at(-1) ?? outer;
  const { attributes = {} } = inner;
  const [service = '', node = ''] = (inner.service ?? '').split('/');
  const object = objectOf(attributes, namespace);
  const below = (inner.children ?? [])
    .toSorted((left, right) => (left.startMicros ?? 0) - (right.startMicros ?? 0))
    .map((child) => draft(child, namespace, object || parentObject));
  const children = below.filter(tells);
  const follows = outer.relation === RELATION_FOLLOWS;
  return {
    spans,
    service,
    node,
    label: labelOf(inner),
    subject: subjectOf(attributes, object === parentObject ? '' : object, follows ? node : ''),
    start: outer.startMicros ?? 0,
    duration: outer.durationMicros ?? 0,
    error: inner.error || outer.error || '',
    follows,
    children,
    quiet: below.filter((step) => !children.includes(step)),
  };
}

/** A call over HTTP or gRPC that carried one request is one row with it. */
function merged(outer: skifftracesv1.SpanNode): skifftracesv1.SpanNode[] {
  const [only, ...more] = outer.children ?? [];
  const carries = call.test(outer.name ?? '') && only?.name === SpanName.apiRequest && more.length === 0;
  return carries && only.relation !== RELATION_FOLLOWS ? [outer, only] : [outer];
}

/** Whether a step, or one below it, is one that somebody would tell of. */
function tells(step: Draft): boolean {
  if (step.children.length > 0 || step.error !== '') return true;
  const { name = '', attributes = {} } = step.spans.at(-1) ?? {};
  if (landmarks.test(name)) return true;
  const kind = attributes[Attribute.objectKind] ?? '';
  return name === SpanName.apiRequest && !attributes[Attribute.subresource] && !commentary.has(kind);
}

/** Opens, of siblings that are alike, those that lead to what none before them led to, and whatever goes wrong. */
function opened(step: Draft, open: boolean): Step {
  const shown = new Map<string, Set<string>>();
  const children = step.children.map((child) => {
    const before = shown.get(likeness(child)) ?? new Set();
    const below = [...likenessesBelow(child)];
    const news = !shown.has(likeness(child)) || below.some((like) => !before.has(like));
    shown.set(likeness(child), new Set([...before, ...below]));
    return opened(child, news || fails(child));
  });
  return { ...step, children, quiet: step.quiet.map((child) => opened(child, false)), open };
}

function likeness({ service, label }: Draft): string {
  return `${service} ${label}`;
}

function* likenessesBelow(step: Draft): Generator<string> {
  for (const child of step.children) {
    yield likeness(child);
    yield* likenessesBelow(child);
  }
}

function fails(step: Draft): boolean {
  return step.error !== '' || step.children.some(fails);
}

function labelOf({ name = '', attributes = {} }: skifftracesv1.SpanNode): string {
  const kind = attributes[Attribute.objectKind];
  const subresource = attributes[Attribute.subresource];
  if (name === SpanName.apiRequest) {
    const verb = attributes[Attribute.verb] ?? '';
    return [subresource === verb ? 'create' : verb, kind, subresource].filter(Boolean).join(' ');
  }
  return name;
}

function objectOf(attributes: Readonly<Record<string, string>>, namespace: string): string {
  const name = attributes[Attribute.objectName];
  if (!name) return '';
  const own = attributes[Attribute.objectNamespace];
  return own && own !== namespace ? `${own}/${name}` : name;
}

function subjectOf(attributes: Readonly<Record<string, string>>, object: string, node: string): string {
  const keys = [Attribute.plugin, Attribute.container, Attribute.endpoint, Attribute.endpointPod, Attribute.image];
  return [...keys.map((key) => attributes[key]), object, node && `on ${node}`].filter(Boolean).join(' ');
}
