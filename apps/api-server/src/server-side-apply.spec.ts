import type { metav1 } from '@skiff/contracts';
import { startTestServer, type TestAnswer, type TestServer } from './golden/server';

interface Answered {
  readonly metadata: metav1.ObjectMeta;
  readonly message?: string;
  readonly spec?: Readonly<Record<string, unknown>>;
}

describe('Server-side apply', () => {
  let server: TestServer;
  const maps = '/api/v1/namespaces/default/configmaps';

  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);
  afterAll(() => server.close());

  const send = (method: string, path: string, body: object | string, headers: Record<string, string> = {}) =>
    server.send({ method, path, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const apply = (path: string, body: object | string, headers: Record<string, string> = {}): Promise<TestAnswer> =>
    send('PATCH', path, body, { 'content-type': 'application/apply-patch+yaml', ...headers });
  const read = ({ body }: TestAnswer): Answered => JSON.parse(body) as Answered;
  const map = (name: string, data: Record<string, string> = { a: '1' }): object => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } },
    data,
  });
  const deployment = (name: string, spec: object = {}): object => ({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name } },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
  });
  const deployments = '/apis/apps/v1/namespaces/default/deployments';

  it('compares by the version by which each manager names their fields', async () => {
    const path = (version: string, manager: string): string =>
      `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/h?fieldManager=${manager}`;
    const scaler = (version: string, spec: object): object => ({
      ...{ apiVersion: `autoscaling/${version}`, kind: 'HorizontalPodAutoscaler', metadata: { name: 'h' } },
      spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, ...spec },
    });
    const percent = (averageUtilization: number): object => ({
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
    });
    expect((await apply(path('v2', 'one'), scaler('v2', percent(50)))).status).toBe(201);
    const shared = await apply(path('v1', 'two'), scaler('v1', { targetCPUUtilizationPercentage: 50 }));
    expect(shared.status).toBe(200);
    const refused = await apply(path('v1', 'two'), scaler('v1', { targetCPUUtilizationPercentage: 60 }));
    expect(read(refused).message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.metrics');
    const reference = { 'f:apiVersion': {}, 'f:kind': {}, 'f:name': {} };
    const forced = await apply(`${path('v2', 'one')}&force=true`, scaler('v2', percent(70)));
    expect(
      read(forced).metadata.managedFields?.map(({ manager, apiVersion, fieldsV1 }) => [manager, apiVersion, fieldsV1]),
    ).toEqual([
      ['two', 'autoscaling/v1', { 'f:spec': { 'f:maxReplicas': {}, 'f:scaleTargetRef': {} } }],
      ['one', 'autoscaling/v2', { 'f:spec': { 'f:maxReplicas': {}, 'f:metrics': {}, 'f:scaleTargetRef': reference } }],
    ]);
  });

  it('lets those create who may create, and not those who may only apply', async () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'applier' } };
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }];
    await send('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', { ...role, rules });
    const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'eve' }];
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'applier' };
    await send('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
      ...{ ...role, kind: 'RoleBinding', subjects, roleRef },
    });
    const eve = { 'Impersonate-User': 'eve' };
    const refused = await apply(`${maps}/rights?fieldManager=eve`, map('rights'), eve);
    expect([refused.status, read(refused).message]).toEqual([403, 'configmaps "rights" is forbidden: ']);
    await send('POST', maps, map('rights'));
    expect((await apply(`${maps}/rights?fieldManager=eve`, map('rights', { b: '1' }), eve)).status).toBe(200);
  });

  it('does not take an object that is not there for one with another identity', async () => {
    const body = { ...map('gone'), metadata: { name: 'gone', uid: '11111111-2222-3333-4444-555555555555' } };
    const refused = await apply(`${maps}/gone?fieldManager=me`, body);
    expect([refused.status, read(refused).message]).toEqual([
      409,
      'Operation cannot be fulfilled on configmaps "gone": uid mismatch: the provided object specified uid 11111111-2222-3333-4444-555555555555, and no existing object was found',
    ]);
  });

  it.each(['Warn', 'Strict', 'Ignore'])('tells of keys that are there twice as %s says', async (validation) => {
    const twice = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: twice\ndata:\n  a: b\n  a: c\n`;
    const answer = await apply(`${maps}/twice?fieldManager=me&fieldValidation=${validation}`, twice);
    const problem = 'line 7: key "a" already set in map';
    expect(answer.warnings).toEqual(validation === 'Warn' ? [`299 - ${JSON.stringify(problem)}`] : []);
    expect(read(answer).message).toBe(
      validation === 'Strict'
        ? `error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  ${problem}`
        : undefined,
    );
  });

  it('refuses more fields than managers can have', async () => {
    const data = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, '']));
    const { status, body } = await apply(`${maps}/large?fieldManager=me`, map('large', data));
    expect([status, body]).toEqual([413, expect.stringContaining('too many fields to be managed')]);
  });

  it('of a scale shares the replicas with those who own them in the object', async () => {
    await apply(`${deployments}/scaled?fieldManager=one`, deployment('scaled', { replicas: 1 }));
    const scale = (replicas: number): object => ({
      ...{ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'scaled' } },
      spec: { replicas },
    });
    const path = `${deployments}/scaled/scale?fieldManager=two`;
    expect(read(await apply(path, scale(2))).message).toBe(
      'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
    );
    expect(read(await apply(`${path}&force=true`, scale(2))).spec).toEqual({ replicas: 2 });
    const { metadata } = read(await server.send({ method: 'GET', path: `${deployments}/scaled`, headers: {} }));
    expect(metadata.managedFields?.map(({ manager, subresource }) => [manager, subresource])).toEqual([
      ['two', 'scale'],
      ['one', undefined],
    ]);
    expect(JSON.stringify(metadata.managedFields?.[1]?.fieldsV1)).not.toContain('f:replicas');
  });

  it('writes nothing when nothing changes, nor does any other write', async () => {
    const path = `${deployments}/same`;
    const type = (text: string): Record<string, string> => ({ 'content-type': `application/${text}` });
    const applied = deployment('same', { template: cpu('1000m') });
    const first = await apply(`${path}?fieldManager=me`, applied);
    expect(first.status).toBe(201);
    const { resourceVersion } = read(first).metadata;
    const writes = [
      await apply(`${path}?fieldManager=me`, applied),
      await send('PUT', path, first.body, type('json')),
      await send('PATCH', path, '{}', type('merge-patch+json')),
      await send('PATCH', path, '[]', type('json-patch+json')),
      await send('PATCH', path, { spec: { paused: false } }, type('strategic-merge-patch+json')),
      await send('PUT', `${path}/status`, first.body, type('json')),
      await send('PATCH', `${path}/status`, '{"status":{}}', type('merge-patch+json')),
      await apply(`${path}/status?fieldManager=you`, { ...applied, spec: undefined }),
      await send('PATCH', `${path}/scale`, '{"spec":{"replicas":1}}', type('merge-patch+json')),
    ];
    expect(writes.map((answer) => [answer.status, read(answer).metadata.resourceVersion])).toEqual(
      writes.map(() => [200, resourceVersion]),
    );
  });

  /** Written otherwise than it is stored. */
  const cpu = (amount: string): object => ({
    metadata: { labels: { a: 'b' } },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: amount } } }] },
  });
});
