import type { corev1, metav1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

describe('A subresource', () => {
  let server: TestServer;
  const call = async <T>(method: string, path: string, body?: object): Promise<{ status: number; object: T }> => {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const answer = await server.send({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, object: JSON.parse(answer.body) as T };
  };
  const namespace = '/api/v1/namespaces/default';
  const pod = `${namespace}/pods/p`;
  const unknown = [404, 'NotFound', 'the server could not find the requested resource'];
  const notAllowed = [405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'];

  beforeAll(async () => {
    server = await startTestServer();
    const spec = { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '1' } } }] };
    await call('POST', `${namespace}/pods`, { metadata: { name: 'p' }, spec });
    await call('POST', `${namespace}/configmaps`, { metadata: { name: 'c' } });
  }, 30_000);
  afterAll(() => server.close());

  it.each([
    ['GET', `${pod}/nothing`, unknown],
    ['PUT', `${pod}/finalize`, unknown],
    ['PATCH', `${namespace}/configmaps/c/resize`, unknown],
    ['DELETE', `${namespace}/configmaps/c/status`, unknown],
    ['POST', `${namespace}/configmaps/c/binding`, unknown],
    ['DELETE', `${pod}/status`, notAllowed],
    ['POST', `${pod}/status`, notAllowed],
    ['POST', pod, notAllowed],
    ['GET', `${pod}/binding`, notAllowed],
    ['GET', '/api/v1/namespaces/default/finalize', notAllowed],
    ['PATCH', '/api/v1/namespaces/default/finalize', notAllowed],
  ])('%s %s is refused', async (method, path, [code, reason, message] = []) => {
    const { status, object } = await call<metav1.Status>(method, path, method === 'GET' ? undefined : {});
    expect([status, object.reason, object.message]).toEqual([code, reason, message]);
    for (const kept of [pod, `${namespace}/configmaps/c`]) expect((await call('GET', kept)).status).toBe(200);
  });

  it('changes what it is for, and nothing else', async () => {
    const debug = { name: 'debug', image: 'd', targetContainerName: 'c' };
    const { status, object } = await call<corev1.Pod>('PATCH', `${pod}/ephemeralcontainers`, {
      metadata: { labels: { sneaked: 'in' } },
      spec: { nodeName: 'chosen', ephemeralContainers: [debug] },
    });
    expect(status).toBe(200);
    expect(object.spec?.ephemeralContainers).toMatchObject([debug]);
    expect([object.metadata?.labels, object.spec?.nodeName]).toEqual([undefined, undefined]);
  });

  it('does not change the resources of a pod that runs', async () => {
    const containers = [{ name: 'c', image: 'other', resources: { requests: { cpu: '2' } } }];
    const { status, object } = await call<metav1.Status>('PATCH', `${pod}/resize`, { spec: { containers } });
    expect([status, object.reason]).toEqual([422, 'Invalid']);
    expect(object.message).toContain('pod updates may not change fields other than');
    expect((await call<corev1.Pod>('PATCH', `${pod}/resize`, { metadata: { labels: { a: 'b' } } })).status).toBe(200);
    expect((await call<corev1.Pod>('GET', pod)).object.metadata?.labels).toBeUndefined();
  });
});
