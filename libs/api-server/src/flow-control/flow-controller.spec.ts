import { FakeClock } from '@skiff/testing';
import type { UserInfo } from '../auth/user';
import { readRequestInfo } from '../request/request-info';
import type { FlowRule, SchemaConfig } from './config';
import { FlowController } from './flow-controller';

const level = (name: string, lendablePercent: number) => ({
  name,
  uid: name,
  isExempt: false,
  shares: 1,
  lendablePercent,
  borrowingLimitPercent: undefined,
  queuing: { queues: 8, handSize: 2, queueLengthLimit: 50 },
});
const arrival = (name: string) => ({
  about: { schema: name, distinguisher: '' },
  hand: [0, 1],
  seats: 1,
  dispatched: () => undefined,
});

describe('Levels', () => {
  it('lend seats that they do not want, and have them back when they do', async () => {
    const clock = new FakeClock();
    const controller = new FlowController(20, () => clock.monotonic());
    controller.configure({ levels: [level('busy', 0), level('idle', 90)], schemas: [] });
    const [busy, idle] = ['busy', 'idle'].map((name) => controller.levels.get(name));
    for (let index = 0; index < 30; index += 1) busy?.arrive(arrival('busy'), clock.monotonic());
    await clock.advance(10_000);
    controller.adjust();
    expect([busy?.currentSeats, idle?.currentSeats]).toEqual([19, 1]);
    expect(busy?.executing).toBe(19);
    for (let index = 0; index < 10; index += 1) idle?.arrive(arrival('idle'), clock.monotonic());
    await clock.advance(10_000);
    controller.adjust();
    expect(idle?.currentSeats).toBe(10);
  });

  it('that are gone serve what they have, and no more', () => {
    const controller = new FlowController(20, () => 0);
    controller.configure({ levels: [level('a', 0), level('b', 0)], schemas: [] });
    const gone = controller.levels.get('a');
    const ticket = gone?.arrive(arrival('a'), 0);
    controller.configure({ levels: [level('b', 0)], schemas: [] });
    expect([...controller.levels.keys()]).toEqual(['a', 'b']);
    expect(gone?.isQuiescing).toBe(true);
    if (typeof ticket === 'object') gone?.finish(ticket, 0);
    controller.configure({ levels: [level('b', 0)], schemas: [] });
    expect([...controller.levels.keys()]).toEqual(['b']);
    expect(controller.levels.get('b')?.seats.nominal).toBe(20);
  });
});

describe('A request', () => {
  const user = (name: string, ...groups: string[]): UserInfo => ({ name, uid: '', groups, extra: {} });
  const all: FlowRule = {
    subjects: [{ kind: 'User', name: '*' }],
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
  };
  const schema = (name: string, precedence: number, rule: Partial<FlowRule>, more: Partial<SchemaConfig> = {}) => ({
    name,
    uid: name,
    level: 'low',
    precedence,
    distinguisher: undefined,
    rules: [{ ...all, ...rule }],
    ...more,
  });
  const controllerOf = (...schemas: SchemaConfig[]): FlowController => {
    const controller = new FlowController(20, () => 0);
    controller.configure({ levels: [level('low', 0)], schemas });
    return controller;
  };
  const schemaOf = (controller: FlowController, path: string, by = user('ann', 'staff'), method = 'GET') =>
    controller.flowOf(by, readRequestInfo(method, path, new URLSearchParams()))?.schema.name;
  const pods = { verbs: ['get'], apiGroups: [''], resources: ['pods'], clusterScope: false, namespaces: ['default'] };
  const pod = '/api/v1/namespaces/default/pods/p';

  it.each<[string, Partial<FlowRule>, string, boolean]>([
    ['a user', { subjects: [{ kind: 'User', name: 'ann' }] }, pod, true],
    ['another user', { subjects: [{ kind: 'User', name: 'bob' }] }, pod, false],
    ['a group', { subjects: [{ kind: 'Group', name: 'staff' }] }, pod, true],
    ['a verb and a resource', { resourceRules: [pods] }, pod, true],
    ['another resource', { resourceRules: [pods] }, '/api/v1/namespaces/default/services/p', false],
    ['a subresource, which is another', { resourceRules: [pods] }, `${pod}/log`, false],
    ['a subresource', { resourceRules: [{ ...pods, resources: ['pods/log'] }] }, `${pod}/log`, true],
    ['another namespace', { resourceRules: [pods] }, '/api/v1/namespaces/other/pods/p', false],
    ['no namespace', { resourceRules: [{ ...pods, verbs: ['list'] }] }, '/api/v1/pods', false],
    [
      'no namespace, if it says so',
      { resourceRules: [{ ...pods, verbs: ['list'], clusterScope: true }] },
      '/api/v1/pods',
      true,
    ],
    ['a path', { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] }, '/healthz', true],
    ['a path below', { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }] }, '/healthz/etcd', false],
    ['all below', { nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz/*'] }] }, '/healthz/etcd', true],
  ])('belongs to the schema of %s', (_, rule, path, belongs) => {
    expect(schemaOf(controllerOf(schema('mine', 1, rule), schema('rest', 2, {})), path)).toBe(
      belongs ? 'mine' : 'rest',
    );
  });

  it('of a service account belongs to the schema of its name, or of all in its namespace', () => {
    const account = user('system:serviceaccount:apps:web');
    const of = (name: string, namespace: string) =>
      schemaOf(
        controllerOf(schema('mine', 1, { subjects: [{ kind: 'ServiceAccount', namespace, name }] })),
        pod,
        account,
      );
    expect([of('web', 'apps'), of('*', 'apps'), of('*', 'app'), of('other', 'apps')]).toEqual([
      'mine',
      'mine',
      undefined,
      undefined,
    ]);
  });

  it('belongs to the first schema that takes it, by precedence and name', () => {
    expect(
      schemaOf(
        controllerOf(schema('c', 2, {}), schema('b', 1, {}), schema('a', 1, {}), schema('z', 0, {}, { level: 'none' })),
        pod,
      ),
    ).toBe('a');
  });

  it('is of one flow with those of the same user, or namespace, or with all', () => {
    const flowsBy = (distinguisher: SchemaConfig['distinguisher']) => {
      const controller = controllerOf(schema('s', 1, {}, { distinguisher }));
      const flow = (name: string, path: string) =>
        controller.flowOf(user(name), readRequestInfo('GET', path, new URLSearchParams()))?.distinguisher;
      return [
        flow('ann', pod),
        flow('bob', pod),
        flow('ann', '/api/v1/namespaces/other/pods/p'),
        flow('ann', '/version'),
      ];
    };
    expect(flowsBy('ByUser')).toEqual(['ann', 'bob', 'ann', 'ann']);
    expect(flowsBy('ByNamespace')).toEqual(['default', 'default', 'other', '']);
    expect(flowsBy(undefined)).toEqual(['', '', '', '']);
  });

  it('is classified once, until something changes, however many names a user makes up', () => {
    const controller = controllerOf(schema('s', 1, {}));
    const ann = user('ann');
    const flow = (path: string) => controller.flowOf(ann, readRequestInfo('GET', path, new URLSearchParams()));
    const first = flow(pod);
    expect(flow('/api/v1/namespaces/default/pods/other')).toBe(first);
    for (let index = 0; index < 2_000; index += 1) expect(flow(`/${index}`)?.schema.name).toBe('s');
    controller.configure({ levels: [level('low', 0)], schemas: [schema('t', 1, {})] });
    expect(flow(pod)?.schema.name).toBe('t');
  });
});
