import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestServer, type TestServer } from './golden/server';

type Body = Record<string, unknown>;

describe('Admission in a running server', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
  }, 30_000);
  afterAll(() => server.close());

  const call = async (method: string, path: string, body?: Body, type = 'application/json') => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await server.send({ method, path, headers: { 'content-type': type }, ...sent });
    return { ...answer, object: JSON.parse(answer.body) as { message?: string } & Body };
  };
  const create = (path: string, body: Body) => call('POST', path, body);
  const namespace = (name: string, labels: Record<string, string> = {}) =>
    create('/api/v1/namespaces', { metadata: { name, labels } });
  const pod = (name: string, resources: Body = {}): Body => ({
    metadata: { name },
    spec: { containers: [{ name: 'c', image: 'busybox', resources }] },
  });

  it('labels every namespace with its name, also when somebody takes the label away', async () => {
    const label = 'kubernetes.io/metadata.name';
    expect((await namespace('labelled')).object).toMatchObject({ metadata: { labels: { [label]: 'labelled' } } });
    const patch = { metadata: { labels: { [label]: null, a: 'b' } } };
    const changed = await call('PATCH', '/api/v1/namespaces/labelled', patch, 'application/merge-patch+json');
    expect(changed.object).toMatchObject({ metadata: { labels: { [label]: 'labelled', a: 'b' } } });
    const generated = await create('/api/v1/namespaces', { metadata: { generateName: 'made-' } });
    const { name, labels } = (generated.object as { metadata: { name: string; labels: Record<string, string> } })
      .metadata;
    expect(labels[label]).toBe(name);
  });

  it('gives away no more than a quota has, however many ask at once', async () => {
    await namespace('quota');
    const path = '/api/v1/namespaces/quota';
    await create(`${path}/resourcequotas`, { metadata: { name: 'q' }, spec: { hard: { pods: '3' } } });
    // What the controller would have counted.
    const status = { hard: { pods: '3' }, used: { pods: '0' } };
    await call('PATCH', `${path}/resourcequotas/q/status`, { status }, 'application/merge-patch+json');
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => create(`${path}/pods`, pod(`p${i}`))));
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(3);
    const refused = answers.filter((answer) => answer.status === 403).map(({ object }) => object.message);
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatch(
      /^pods "p\d" is forbidden: exceeded quota: q, requested: pods=1, used: pods=3, limited: pods=3$/,
    );
    expect((await call('GET', `${path}/resourcequotas/q`)).object).toMatchObject({ status: { used: { pods: '3' } } });
  });

  it('gives pods the limits of their namespace', async () => {
    await namespace('limited');
    const path = '/api/v1/namespaces/limited';
    const limits = [{ type: 'Container', max: { memory: '1Gi' }, default: { memory: '512Mi' } }];
    await create(`${path}/limitranges`, { metadata: { name: 'l' }, spec: { limits } });
    expect((await create(`${path}/pods`, pod('p'))).object).toMatchObject({
      spec: { containers: [{ resources: { limits: { memory: '512Mi' }, requests: { memory: '512Mi' } } }] },
      status: { qosClass: 'Burstable' },
    });
    expect((await create(`${path}/pods`, pod('q', { limits: { memory: '2Gi' } }))).object.message).toBe(
      'pods "q" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    );
  });

  it('refuses pods of a strict namespace, and warns whoever makes a workload of such', async () => {
    await namespace('strict', { 'pod-security.kubernetes.io/enforce': 'restricted' });
    const refused = await create('/api/v1/namespaces/strict/pods', pod('p'));
    expect(refused.object.message).toMatch(/^pods "p" is forbidden: violates PodSecurity "restricted:latest": allow/);
    const deployment = await create('/apis/apps/v1/namespaces/strict/deployments', {
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { ...pod('x'), metadata: { labels: { a: 'b' } } },
      },
    });
    expect(deployment.status).toBe(201);
    expect(deployment.warnings[0]).toMatch(/^299 - "would violate PodSecurity \\"restricted:latest\\": allow/);
  });

  it('tells a certificate request who made it, and keeps its approval', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'csr-'));
    const file = join(directory, 'csr.pem');
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(directory, 'key')];
    execFileSync('openssl', ['req', '-new', ...key, '-subj', '/CN=jane/O=dev', '-out', file], { stdio: 'ignore' });
    const request = (await readFile(file)).toString('base64');
    await rm(directory, { recursive: true });
    const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    const created = await create(path, {
      metadata: { name: 'jane' },
      spec: { request, signerName: 'example.com/people', usages: ['client auth'], username: 'forged' },
      status: { conditions: [{ type: 'Approved', status: 'True' }] },
    });
    expect(created.object).toMatchObject({ spec: { username: 'admin' }, status: {} });
    const approved = { conditions: [{ type: 'Approved', status: 'True', reason: 'Known' }] };
    const approval = await call('PUT', `${path}/jane/approval`, { ...created.object, status: approved });
    const { conditions } = (approval.object as { status: { conditions: Body[] } }).status;
    expect(conditions[0]).toMatchObject({ type: 'Approved', reason: 'Known', lastUpdateTime: expect.any(String) });
    const denied = [...conditions, { type: 'Denied', status: 'True' }];
    const both = await call('PUT', `${path}/jane/approval`, { ...approval.object, status: { conditions: denied } });
    expect(both.object.message).toContain('Approved and Denied conditions are mutually exclusive');
  });

  it('lets a writer of autoscaling/v1 keep what only autoscaling/v2 has a field for', async () => {
    await namespace('scaled');
    const path = (version: string): string => `/apis/autoscaling/${version}/namespaces/scaled/horizontalpodautoscalers`;
    const target = { type: 'AverageValue', averageValue: '1Gi' };
    await create(path('v2'), {
      metadata: { name: 'h' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' },
        maxReplicas: 3,
        metrics: [{ type: 'Resource', resource: { name: 'memory', target } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 10 } },
      },
    });
    const old = (await call('GET', `${path('v1')}/h`)).object as { spec?: Body };
    await call('PUT', `${path('v1')}/h`, { ...old, spec: { ...old.spec, maxReplicas: 5 } });
    expect((await call('GET', `${path('v2')}/h`)).object).toMatchObject({
      spec: {
        maxReplicas: 5,
        metrics: [{ type: 'Resource', resource: { name: 'memory', target } }],
        behavior: { scaleDown: { stabilizationWindowSeconds: 10 } },
      },
    });
  });
});
