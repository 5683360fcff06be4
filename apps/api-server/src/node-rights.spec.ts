import type { corev1, metav1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

const pods = '/api/v1/namespaces/default/pods';
const secret = '/api/v1/namespaces/default/secrets/late';

describe('A kubelet at the API server', () => {
  let server: TestServer;
  const asNode = { 'Impersonate-User': 'system:node:one', 'Impersonate-Group': 'system:nodes' };
  const call = async <T = metav1.Status>(method: string, path: string, body?: object, who: object = {}) => {
    const headers = {
      'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
      ...who,
    };
    const answer = await server.send({ method, path, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
    return { status: answer.status, object: JSON.parse(answer.body) as T };
  };
  const refusal = async (method: string, path: string, body?: object): Promise<string | number | undefined> => {
    const { status, object } = await call(method, path, body, asNode);
    return status === 403 ? object.message : status;
  };
  const pod = (name: string, spec: corev1.PodSpec = {}, metadata: object = {}) => ({
    metadata: { name, ...metadata },
    spec: { nodeName: 'one', serviceAccountName: 'runner', containers: [{ name: 'c', image: 'i' }], ...spec },
  });
  let uid: string | undefined;

  beforeAll(async () => {
    server = await startTestServer();
    const node = await call<corev1.Node>('POST', '/api/v1/nodes', { metadata: { name: 'one' } }, asNode);
    uid = node.object.metadata?.uid;
    await call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'runner' } });
    await call('POST', '/api/v1/namespaces/default/secrets', { metadata: { name: 'late' } });
  }, 30_000);
  afterAll(() => server.close());

  it('cannot have its Node owned, tainted or given roles', async () => {
    const change = (metadata: object, spec: object = {}) => refusal('PATCH', '/api/v1/nodes/one', { metadata, spec });
    const gone = { apiVersion: 'v1', kind: 'Pod', name: 'gone', uid: 'x' };
    expect(await change({ ownerReferences: [gone] })).toBe(
      'nodes "one" is forbidden: node "one" is not allowed to modify ownerReferences',
    );
    expect(await change({ labels: { 'node-role.kubernetes.io/control-plane': '' } })).toBe(
      'nodes "one" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/control-plane',
    );
    expect(await change({}, { taints: [] })).toBe(
      'nodes "one" is forbidden: node "one" is not allowed to modify taints',
    );
    expect(await change({ labels: { 'topology.kubernetes.io/zone': 'z' } })).toBe(200);
  });

  it('cannot come to a Secret by a mirror pod', async () => {
    const metadata = {
      annotations: { 'kubernetes.io/config.mirror': 'hash' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'one', uid, controller: true }],
    };
    const mirror = (spec: corev1.PodSpec) =>
      refusal('POST', pods, pod('mirror', { serviceAccountName: '', ...spec }, metadata));
    expect(await mirror({ imagePullSecrets: [{ name: 'late' }] })).toBe(
      'pods "mirror" is forbidden: node "one" can not create pods that reference secrets',
    );
    expect(await refusal('GET', secret)).toContain("no relationship found between node 'one' and this object");
    expect(await mirror({})).toBe(201);
  });

  it('reads what an ephemeral container refers to that joins a running pod', async () => {
    expect((await call('POST', pods, pod('web'))).status).toBe(201);
    expect(await refusal('GET', secret)).toContain('no relationship found');
    const env = [{ name: 'P', valueFrom: { secretKeyRef: { name: 'late', key: 'p' } } }];
    const joined = await call('PATCH', `${pods}/web/ephemeralcontainers`, {
      spec: { ephemeralContainers: [{ name: 'debug', image: 'i', env }] },
    });
    expect(joined.status).toBe(200);
    // Its rights follow the cache, which has the change when the write is answered or a moment later.
    let answer = await refusal('GET', secret);
    for (let tries = 0; answer !== 200 && tries < 100; tries++) answer = await refusal('GET', secret);
    expect(answer).toBe(200);
  });

  it('gets tokens for whom a volume of the pod names, and for nobody else', async () => {
    const volumes = [
      { name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault' } }] } },
    ];
    const { object: bound } = await call<corev1.Pod>('POST', pods, pod('vaulted', { volumes }));
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'vaulted', uid: bound.metadata?.uid };
    const ask = (...audiences: string[]) =>
      refusal('POST', '/api/v1/namespaces/default/serviceaccounts/runner/token', {
        spec: { audiences, boundObjectRef },
      });
    expect(await ask('vault')).toBe(201);
    expect(await ask('bank')).toBe(
      'serviceaccounts "runner" is forbidden: audience "bank" not found in pod spec volume, system:node:one is not authorized to request tokens for this audience',
    );
    expect(await ask()).toContain('audience "" not found in pod spec volume');
  });

  it('follows one object that a pod refers to, and no others', async () => {
    const list = (name: string) =>
      refusal('GET', `/api/v1/namespaces/default/secrets?fieldSelector=metadata.name%3D${name}`);
    expect(await list('late')).toBe(200);
    expect(await list('other')).toContain('secrets "other" is forbidden');
  });
});
