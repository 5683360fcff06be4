import { startTestServer, type TestServer } from './golden/server';

describe('The API server warns', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);
  afterAll(() => server.close());

  const send = (method: string, path: string, body?: object) =>
    server.send({
      method,
      path,
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const warningsOf = async (path: string, body: object): Promise<string[]> => {
    const { status, warnings } = await send('POST', `${path}?dryRun=All`, body);
    expect(status).toBe(201);
    return warnings
      .flatMap((header) => header.split(/, (?=299 - )/))
      .map((header) => JSON.parse(header.slice(6)) as string);
  };

  it('of what is dubious in a pod, and takes it', async () => {
    const annotations = { 'container.apparmor.security.beta.kubernetes.io/a': 'runtime/default' };
    const spec = { imagePullSecrets: [{ name: '' }], containers: [{ name: 'a', image: 'i' }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec };
    expect(await warningsOf('/api/v1/namespaces/default/pods', pod)).toEqual([
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead',
      'spec.imagePullSecrets[0].name: invalid empty name ""',
    ]);
  });

  it('of an address that is written oddly, and takes it', async () => {
    const spec = { ports: [{ port: 80 }], externalIPs: ['010.1.1.1'] };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec };
    expect(await warningsOf('/api/v1/namespaces/default/services', service)).toEqual([
      'spec.externalIPs[0]: non-standard IP address "010.1.1.1" will be considered invalid in a future Kubernetes release: use "10.1.1.1"',
    ]);
  });

  it('whoever uses a kind that is on its way out', async () => {
    const endpoints = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice';
    const { warnings } = await send('GET', '/api/v1/namespaces/default/endpoints');
    expect(warnings).toEqual([`299 - "${endpoints}"`]);
    expect((await send('GET', '/api/v1/componentstatuses')).warnings).toEqual([
      '299 - "v1 ComponentStatus is deprecated in v1.19+"',
    ]);
    const body = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'e' } };
    expect(await warningsOf('/api/v1/namespaces/default/endpoints', body)).toEqual([endpoints]);
  });

  it('of what has no effect', async () => {
    const policy = {
      metadata: { name: 'deny', namespace: 'default' },
      spec: { podSelector: { matchLabels: { a: 'b' } }, policyTypes: ['Ingress'] },
    };
    expect(await warningsOf('/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', policy)).toEqual([
      'networking.k8s.io/v1 NetworkPolicy has no effect in this cluster: traffic between pods is not filtered',
    ]);
  });

  it('of nothing that it refuses', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { imagePullSecrets: [{ name: '' }] } };
    expect(await send('POST', '/api/v1/namespaces/default/pods', pod)).toMatchObject({ status: 422, warnings: [] });
  });
});
