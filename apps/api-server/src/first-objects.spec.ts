import { startTestServer, type TestServer } from './golden/server';

interface ApiObject {
  readonly metadata: { readonly name: string; readonly labels?: object; readonly annotations?: object };
  readonly spec?: { readonly [field: string]: unknown };
  readonly status?: { readonly conditions?: readonly object[] };
  readonly conditions?: readonly object[];
  readonly data?: Readonly<Record<string, string>>;
}

describe('A fresh cluster', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const call = async (method: string, path: string, body?: object): Promise<ApiObject & { items: ApiObject[] }> => {
    const headers: Record<string, string> = body ? { 'content-type': 'application/json' } : {};
    const answer = await server.send({ method, path, headers, ...(body && { body: JSON.stringify(body) }) });
    return JSON.parse(answer.body) as ApiObject & { items: ApiObject[] };
  };
  const names = async (path: string): Promise<string[]> =>
    (await call('GET', path)).items.map(({ metadata }) => metadata.name);

  it('says from which range Services get their addresses', async () => {
    expect(await call('GET', '/apis/networking.k8s.io/v1/servicecidrs/kubernetes')).toMatchObject({
      metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
      spec: { cidrs: ['10.96.0.0/16'] },
      status: {
        conditions: [{ type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }],
      },
    });
  });

  const addresses = '/apis/networking.k8s.io/v1/ipaddresses';

  it('shows the address of each Service, as long as it holds it', async () => {
    expect(await call('GET', `${addresses}/10.96.0.1`)).toMatchObject({
      metadata: {
        labels: {
          'ipaddress.kubernetes.io/ip-family': 'IPv4',
          'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
        },
      },
      spec: { parentRef: { resource: 'services', namespace: 'default', name: 'kubernetes' } },
    });
    const services = '/api/v1/namespaces/default/services';
    const service = { metadata: { name: 'web' }, spec: { ports: [{ port: 80 }] } };
    await call('POST', `${services}?dryRun=All`, service);
    expect(await names(addresses)).toEqual(['10.96.0.1']);
    const { spec } = await call('POST', services, service);
    expect(await names(addresses)).toEqual(expect.arrayContaining([spec?.['clusterIP']]));
    await call('DELETE', `${services}/web`);
    expect(await names(addresses)).toEqual(['10.96.0.1']);
  });

  it('gives no Service an address that somebody else took', async () => {
    const parentRef = { group: 'example.com', resource: 'things', name: 'thing' };
    await call('POST', addresses, { metadata: { name: '10.96.0.77' }, spec: { parentRef } });
    const refused = await call('POST', '/api/v1/namespaces/default/services', {
      metadata: { name: 'other' },
      spec: { clusterIP: '10.96.0.77', ports: [{ port: 80 }] },
    });
    expect(refused).toMatchObject({
      code: 422,
      message: expect.stringContaining('failed to allocate IP 10.96.0.77: provided IP is already allocated') as string,
    });
    await call('DELETE', `${addresses}/10.96.0.77`);
  });

  it('has an APIService for each version that it serves', async () => {
    const path = '/apis/apiregistration.k8s.io/v1/apiservices';
    expect(await names(path)).toEqual(
      expect.arrayContaining(['v1.', 'v1.apps', 'v1.rbac.authorization.k8s.io', 'v1.batch', 'v2.autoscaling']),
    );
    expect(await names(path)).not.toContain('v1.apiregistration.k8s.io');
    expect(await call('GET', `${path}/v1.apps`)).toMatchObject({
      metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
      spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15 },
      status: {
        conditions: [
          {
            type: 'Available',
            status: 'True',
            reason: 'Local',
            message: 'Local APIServices are always available',
          },
        ],
      },
    });
    expect((await call('GET', `${path}/v1.`)).spec).toEqual({
      version: 'v1',
      groupPriorityMinimum: 18000,
      versionPriority: 1,
    });
  });

  it('has the flow schemas and priority levels of the original', async () => {
    const group = '/apis/flowcontrol.apiserver.k8s.io/v1';
    expect(await names(`${group}/prioritylevelconfigurations`)).toEqual([
      'catch-all',
      'exempt',
      'global-default',
      'leader-election',
      'node-high',
      'system',
      'workload-high',
      'workload-low',
    ]);
    expect(await names(`${group}/flowschemas`)).toEqual([
      'catch-all',
      'endpoint-controller',
      'exempt',
      'global-default',
      'kube-controller-manager',
      'kube-scheduler',
      'kube-system-service-accounts',
      'probes',
      'service-accounts',
      'system-leader-election',
      'system-node-high',
      'system-nodes',
      'workload-leader-election',
    ]);
    expect(await call('GET', `${group}/flowschemas/service-accounts`)).toMatchObject({
      metadata: { annotations: { 'apf.kubernetes.io/autoupdate-spec': 'true' } },
      spec: {
        distinguisherMethod: { type: 'ByUser' },
        matchingPrecedence: 9000,
        priorityLevelConfiguration: { name: 'workload-low' },
      },
      status: {
        conditions: [
          {
            type: 'Dangling',
            status: 'False',
            reason: 'Found',
            message:
              'This FlowSchema references the PriorityLevelConfiguration object named "workload-low" and it exists',
          },
        ],
      },
    });
    expect((await call('GET', `${group}/prioritylevelconfigurations/workload-low`)).spec).toEqual({
      type: 'Limited',
      limited: {
        nominalConcurrencyShares: 100,
        lendablePercent: 90,
        limitResponse: { type: 'Queue', queuing: { queues: 128, handSize: 6, queueLengthLimit: 50 } },
      },
    });
  });

  it('tells whose certificates to trust, and since when the use of old tokens is noted', async () => {
    const maps = '/api/v1/namespaces/kube-system/configmaps';
    expect((await call('GET', `${maps}/extension-apiserver-authentication`)).data?.['client-ca-file']).toContain(
      'BEGIN CERTIFICATE',
    );
    const tracking = await call('GET', `${maps}/kube-apiserver-legacy-service-account-token-tracking`);
    expect(tracking.data?.['since']).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('says how its components are', async () => {
    const path = '/api/v1/componentstatuses';
    expect(await names(path)).toEqual(['scheduler', 'controller-manager', 'etcd-0']);
    expect((await call('GET', `${path}/etcd-0`)).conditions).toEqual([
      { type: 'Healthy', status: 'True', message: 'ok' },
    ]);
    const problem = 'nobody holds the lease kube-system/kube-scheduler';
    expect((await call('GET', `${path}/scheduler`)).conditions).toEqual([
      { type: 'Healthy', status: 'False', message: problem, error: problem },
    ]);
    await call('POST', '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases', {
      metadata: { name: 'kube-scheduler' },
      spec: { holderIdentity: 'a', leaseDurationSeconds: 15, renewTime: '2999-01-01T00:00:00.000000Z' },
    });
    expect((await call('GET', `${path}/scheduler`)).conditions).toMatchObject([{ status: 'True' }]);
    expect(await call('GET', `${path}/nobody`)).toMatchObject({
      code: 404,
      message: 'componentstatuses "nobody" not found',
    });
  });
});
