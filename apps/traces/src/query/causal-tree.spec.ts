import { renderTree, Attribute, systemClock, type Clock } from '@skiff/platform';
import { idOf, type StoredSpan } from '../store/span';
import { SpanStore } from '../store/span-store';
import { explain } from './causal-tree';

let serial = 0;

function span(
  service: string,
  name: string,
  start: number,
  options: { parent?: StoredSpan; links?: StoredSpan[]; about?: string; verb?: string; error?: string } = {},
): StoredSpan {
  serial += 1;
  const [kind = '', objectName = ''] = options.about?.split('/') ?? [];
  const object = options.about
    ? { [Attribute.objectKind]: kind, [Attribute.objectNamespace]: 'default', [Attribute.objectName]: objectName }
    : {};
  return {
    traceId: options.parent?.traceId ?? `t${serial}`,
    spanId: `s${serial}`,
    parentSpanId: options.parent?.spanId ?? '',
    service,
    name,
    startMicros: start,
    durationMicros: 1000,
    attributes: { ...object, ...(options.verb ? { [Attribute.verb]: options.verb } : {}) },
    error: options.error ?? '',
    links: (options.links ?? []).map((link) => idOf(link.traceId, link.spanId)),
  };
}

/** kubectl apply of a Deployment with two pods, as its services tell it. */
function rollout(): StoredSpan[] {
  const apply = span('api-server', 'api request', 0, { about: 'Deployment/web', verb: 'create' });
  const txn = span('api-server', 'storage txn', 200, { parent: apply });
  const deployment = span('controller-manager', 'reconcile deployment', 5_000, {
    links: [apply],
    about: 'Deployment/web',
  });
  const replicaSet = span('api-server', 'api request', 6_000, {
    parent: deployment,
    about: 'ReplicaSet/web-1',
    verb: 'create',
  });
  const replicas = span('controller-manager', 'reconcile replicaset', 9_000, {
    links: [replicaSet],
    about: 'ReplicaSet/web-1',
  });
  const pods = ['a', 'b'].flatMap((letter, index) => {
    const about = `Pod/web-1-${letter}`;
    const at = 10_000 + index * 100;
    const create = span('api-server', 'api request', at, { parent: replicas, about, verb: 'create' });
    const schedule = span('scheduler', 'schedule pod', at + 1_000, { links: [create], about });
    const bind = span('api-server', 'api request', at + 2_000, { parent: schedule, about, verb: 'bind' });
    const sync = span('kubelet', 'kubelet sync pod', at + 3_000, { links: [bind], about });
    const pull = span('kubelet', 'image pull', at + 4_000, {
      parent: sync,
      error: letter === 'b' ? 'no such image' : '',
    });
    return [create, schedule, bind, sync, pull];
  });
  const read = span('api-server', 'api request', 900_000, { about: 'Deployment/web', verb: 'get' });
  return [apply, txn, deployment, replicaSet, replicas, ...pods, read];
}

function storeOf(spans: readonly StoredSpan[], clock: Clock = systemClock, maxSpans = 1_000): SpanStore {
  const store = new SpanStore({ maxSpans, maxAgeMilliseconds: 60_000, clock });
  for (const each of spans) store.add(each);
  return store;
}

const named = (kind: string, name: string): { kind: string; namespace: string; name: string; uid: string } => ({
  kind,
  namespace: 'default',
  name,
  uid: '',
});
const options = { limit: 1, maxSpans: 100 };

describe('the causal tree', () => {
  // Spans come from many services, in any order.
  const store = storeOf(rollout().toReversed());

  it('follows a Deployment from the request to the containers, across services', () => {
    expect(renderTree(explain(store, named('Deployment', 'web'), options).roots)).toBe(
      `   +0 µs  1.0 ms  api-server          api request create Deployment default/web
 +200 µs  1.0 ms  api-server          ├─ storage txn
 +5.0 ms  1.0 ms  controller-manager  └─ ▸ reconcile deployment
 +6.0 ms  1.0 ms  api-server             └─ api request create ReplicaSet default/web-1
 +9.0 ms  1.0 ms  controller-manager        └─ ▸ reconcile replicaset
+10.0 ms  1.0 ms  api-server                   ├─ api request create Pod default/web-1-a
+11.0 ms  1.0 ms  scheduler                    │  └─ ▸ schedule pod
+12.0 ms  1.0 ms  api-server                   │     └─ api request bind
+13.0 ms  1.0 ms  kubelet                      │        └─ ▸ kubelet sync pod
+14.0 ms  1.0 ms  kubelet                      │           └─ image pull
+10.1 ms  1.0 ms  api-server                   └─ api request create Pod default/web-1-b
+11.1 ms  1.0 ms  scheduler                       └─ ▸ schedule pod
+12.1 ms  1.0 ms  api-server                         └─ api request bind
+13.1 ms  1.0 ms  kubelet                               └─ ▸ kubelet sync pod
+14.1 ms  1.0 ms  kubelet                                  └─ image pull  ✗ no such image
`,
    );
  });

  it('begins the tree of a pod at the request for its Deployment, without the other pods', () => {
    const text = renderTree(explain(store, named('pod', 'web-1-b'), options).roots);
    expect(text).toMatch(/api request create Deployment default\/web\n/);
    expect(text).toContain('web-1-b');
    expect(text).toContain('storage txn');
    expect(text).not.toContain('web-1-a');
  });

  it('has nothing to say of an object that nobody has written', () => {
    expect(explain(store, named('Deployment', 'other'), options)).toEqual({ roots: [], truncated: false });
  });

  it('tells when it leaves spans off', () => {
    const { roots, truncated } = explain(store, named('Deployment', 'web'), { limit: 1, maxSpans: 4 });
    expect(truncated).toBe(true);
    expect(renderTree(roots).trim().split('\n')).toHaveLength(4);
  });

  it('puts the latest request first', () => {
    const scale = span('api-server', 'api request', 50_000, { about: 'Deployment/web', verb: 'patch' });
    store.add(scale);
    const { roots } = explain(store, named('Deployment', 'web'), { limit: 5, maxSpans: 100 });
    expect(roots.map(({ attributes }) => attributes?.[Attribute.verb])).toEqual(['patch', 'create']);
  });

  it('begins with what a user asked for, rather than with a later write of a component', () => {
    const by = (user: string, start: number): StoredSpan[] => {
      const call = span('api-server', `PATCH by ${user}`, start);
      const write = span('api-server', 'api request', start + 1, { parent: call, about: 'Pod/p', verb: 'patch' });
      return [call, { ...write, attributes: { ...write.attributes, [Attribute.user]: user } }];
    };
    const spans = [...by('kubernetes-admin', 0), ...by('system:node:n', 10)];
    const both = explain(storeOf(spans), named('Pod', 'p'), { limit: 5, maxSpans: 100 });
    expect(both.roots.map(({ name }) => name)).toEqual(['PATCH by kubernetes-admin']);
    const rest = explain(storeOf(spans.slice(2)), named('Pod', 'p'), options);
    expect(rest.roots.map(({ name }) => name)).toEqual(['PATCH by system:node:n']);
  });

  it('hangs a span with several causes on the first, once', () => {
    const first = span('api-server', 'api request', 0, { about: 'Pod/p', verb: 'create' });
    const second = span('api-server', 'api request', 10, { parent: first, about: 'Pod/p', verb: 'update' });
    const reconcile = span('controller-manager', 'reconcile x', 20, { links: [second, first] });
    const { roots } = explain(storeOf([reconcile, second, first]), named('Pod', 'p'), options);
    expect(roots[0]?.children?.map(({ name }) => name)).toEqual(['api request', 'reconcile x']);
    expect(roots[0]?.children?.[0]?.children).toEqual([]);
  });

  it('survives spans that claim to cause each other', () => {
    const one = span('a', 'one', 0, { about: 'Pod/p' });
    const two = { ...span('a', 'two', 1, { links: [one] }), traceId: 'x', spanId: 'y' };
    const knotted = { ...one, links: [idOf('x', 'y')] };
    expect(explain(storeOf([knotted, two]), named('Pod', 'p'), options).truncated).toBe(false);
  });
});

describe('the span store', () => {
  it('keeps the newest spans, and no index of those that it dropped', () => {
    const spans = rollout();
    const store = storeOf(spans, systemClock, 3);
    expect(store.size).toBe(3);
    expect(store.about(named('Deployment', 'web')).map(({ attributes }) => attributes[Attribute.verb])).toEqual([
      'get',
    ]);
    expect(spans.flatMap((each) => store.effectsOf(idOf(each.traceId, each.spanId)))).toHaveLength(2);
  });

  it('drops spans that are too old', () => {
    let now = 0;
    const store = storeOf(rollout(), { ...systemClock, monotonic: () => now });
    now = 60_001;
    store.evict();
    expect(store.size).toBe(0);
  });

  it('tells apart objects that had one name in turn', () => {
    const of = (uid: string): StoredSpan => {
      const one = span('s', 'n', 0, { about: 'Pod/p' });
      return { ...one, attributes: { ...one.attributes, [Attribute.objectUid]: uid } };
    };
    const store = storeOf([of('1'), of('2'), span('s', 'create', 0, { about: 'Pod/p' })]);
    expect(store.about({ ...named('Pod', 'p'), uid: '2' })).toHaveLength(2);
    expect(store.about(named('Pod', 'p'))).toHaveLength(3);
  });
});
