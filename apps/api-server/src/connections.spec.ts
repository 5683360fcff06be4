import { startTestServer, type TestServer } from './golden/server';

describe('Who may connect to a pod', () => {
  let server: TestServer;
  const pod = '/api/v1/namespaces/default/pods/p';
  const post = (path: string, body: object) =>
    server.send({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  beforeAll(async () => {
    server = await startTestServer();
    await post('/api/v1/namespaces/default/pods', {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    });
    const group = 'rbac.authorization.k8s.io';
    const rbac = `/apis/${group}/v1/namespaces/default`;
    const resources = ['pods/exec', 'pods/attach', 'pods/portforward', 'pods/log'];
    for (const [name, verbs] of [
      ['reader', ['get']],
      ['maker', ['get', 'create']],
    ] as const) {
      await post(`${rbac}/roles`, { metadata: { name }, rules: [{ apiGroups: [''], resources, verbs }] });
      const subjects = [{ kind: 'User', name, apiGroup: group }];
      await post(`${rbac}/rolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: group, kind: 'Role', name },
        subjects,
      });
    }
  }, 30_000);
  afterAll(() => server.close());

  const connect = async (user: string, subresource: string): Promise<unknown[]> => {
    const headers = {
      'impersonate-user': user,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    const { status, body } = await server.send({ method: 'GET', path: `${pod}/${subresource}`, headers });
    return [status, (JSON.parse(body) as { message: string }).message];
  };

  it.each(['exec?command=ls', 'attach', 'portforward?ports=80'])('is no one who may only read: %s', async (what) => {
    expect(await connect('reader', what)).toEqual([403, 'pods "p" is forbidden: ']);
  });

  it.each(['exec?command=ls', 'attach', 'portforward?ports=80'])('is who may create as well: %s', async (what) => {
    expect(await connect('maker', what)).toEqual([400, 'pod p does not have a host assigned']);
  });

  it.each([
    ['PUT', 'exec'],
    ['POST', 'log'],
  ])('is refused another method: %s %s', async (method, subresource) => {
    const { status } = await server.send({ method, path: `${pod}/${subresource}`, headers: {} });
    expect(status).toBe(405);
  });

  it('is told of a node that does not say where it is', async () => {
    const addresses = [
      { type: 'InternalDNS', address: 'lost.internal' },
      { type: 'ExternalDNS', address: 'lost.example' },
    ];
    await post('/api/v1/nodes', { metadata: { name: 'lost' }, status: { addresses } });
    await post('/api/v1/namespaces/default/pods', {
      metadata: { name: 'lost' },
      spec: { nodeName: 'lost', containers: [{ name: 'c', image: 'i' }] },
    });
    const { status, body } = await server.send({ method: 'GET', path: pod.replace(/p$/, 'lost/log'), headers: {} });
    expect([status, JSON.parse(body)]).toEqual([
      500,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message:
          'no preferred addresses found; known addresses: [{InternalDNS lost.internal} {ExternalDNS lost.example}]',
        code: 500,
      },
    ]);
  });
});
