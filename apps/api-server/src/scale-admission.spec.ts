import { refused, type AdmissionPlugin, type AdmissionRequest } from '@skiff/api-server/admission';
import type { autoscalingv1 } from '@skiff/contracts';
import { startTestServer, type TestServer } from './golden/server';

describe('Admission of a Scale', () => {
  let server: TestServer;
  const seen: AdmissionRequest[] = [];
  const replicasOf = ({ object }: AdmissionRequest): number => (object as autoscalingv1.Scale).spec?.replicas ?? 0;

  /** Scales by twos, and to no more than eight. */
  const scales: AdmissionPlugin = {
    name: 'Scales',
    operations: ['UPDATE'],
    mutate: {
      resources: ['deployments.apps/scale'],
      run: (request) => ({ ...request.object, spec: { replicas: Math.ceil(replicasOf(request) / 2) * 2 } }),
    },
    validate: {
      resources: ['deployments.apps/scale'],
      run(request) {
        seen.push(request);
        if (replicasOf(request) > 8) throw refused(request, 'no more than eight');
      },
    },
  };
  /** Is for Deployments themselves. */
  const deployments: AdmissionPlugin = {
    name: 'Deployments',
    operations: ['UPDATE'],
    validate: { resources: ['deployments.apps'], run: (request) => void seen.push(request) },
  };

  const path = '/apis/apps/v1/namespaces/default/deployments';
  const call = async (method: string, at: string, body: object) => {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const sent = { method, path: at, headers: { 'content-type': type }, body: JSON.stringify(body) };
    const answer = await server.send(sent);
    return { status: answer.status, object: JSON.parse(answer.body) as autoscalingv1.Scale & { message?: string } };
  };

  beforeAll(async () => {
    server = await startTestServer({ admissionPlugins: () => [scales, deployments] });
    const labels = { app: 'd' };
    const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const spec = { replicas: 1, selector: { matchLabels: labels }, template };
    expect((await call('POST', path, { metadata: { name: 'd' }, spec })).status).toBe(201);
  }, 30_000);
  beforeEach(() => void seen.splice(0));
  afterAll(() => server.close());

  it('shows the Scale that was and the one that is to be, and takes what plugins make of it', async () => {
    const { status, object } = await call('PATCH', `${path}/d/scale`, { spec: { replicas: 3 } });
    expect([status, object.kind, object.spec]).toEqual([200, 'Scale', { replicas: 4 }]);
    const [request, ...others] = seen;
    expect(others).toEqual([]);
    const { kind, resource, subresource, namespace, name, oldObject } = request ?? ({} as AdmissionRequest);
    expect({ kind, resource, subresource, namespace, name }).toEqual({
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      resource: { group: 'apps', version: 'v1', resource: 'deployments' },
      subresource: 'scale',
      namespace: 'default',
      name: 'd',
    });
    const scale = { kind: 'Scale', apiVersion: 'autoscaling/v1', status: { replicas: 0, selector: 'app=d' } };
    expect(oldObject).toMatchObject({ ...scale, spec: { replicas: 1 } });
    expect(request?.object).toMatchObject({ ...scale, metadata: { name: 'd' }, spec: { replicas: 4 } });
    const { body } = await server.send({ method: 'GET', path: `${path}/d`, headers: {} });
    expect(JSON.parse(body)).toMatchObject({ kind: 'Deployment', spec: { replicas: 4, selector: {} } });
  });

  it('may refuse it, so that nothing changes', async () => {
    const scale = { metadata: { name: 'd' }, spec: { replicas: 9 } };
    const { status, object } = await call('PUT', `${path}/d/scale`, scale);
    expect([status, object.message]).toEqual([403, 'deployments.apps "d" is forbidden: no more than eight']);
    const { body } = await server.send({ method: 'GET', path: `${path}/d/scale`, headers: {} });
    expect(JSON.parse(body)).toMatchObject({ spec: { replicas: 4 } });
  });

  it('is for others than that of the Deployment', async () => {
    const { status } = await call('PATCH', `${path}/d`, { spec: { replicas: 5 } });
    expect([status, seen.map(({ kind }) => kind.kind)]).toEqual([200, ['Deployment']]);
  });
});
