import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logBackend, parseAuditPolicy } from '@skiff/api-server/audit';
import { eventually } from '@skiff/testing';
import { Registry } from 'prom-client';
import { startTestServer, type TestServer } from '../golden/server';

interface Seen {
  readonly auditID: string;
  readonly stage: string;
  readonly requestURI: string;
  readonly [field: string]: unknown;
}

const policy = `
apiVersion: audit.k8s.io/v1
kind: Policy
rules:
- level: None
  nonResourceURLs: ["/healthz*", /version]
- level: Metadata
  resources: [{group: "", resources: [secrets]}]
- level: RequestResponse
  omitStages: [RequestReceived]
  omitManagedFields: true
  resources: [{group: "", resources: [configmaps]}]
- level: Request
  verbs: [create, delete, patch]
- level: Metadata
`;

describe('What is told of requests by an audit policy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-audit-'));
  const path = join(folder, 'audit.log');
  const metrics = new Registry();
  let server: TestServer;

  const events = (): Seen[] =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Seen);

  /** The events of one request, once it is told that it is over. */
  const told = (id: string): Promise<Seen[]> =>
    eventually(() => {
      const own = events().filter(({ auditID }) => auditID === id);
      expect(own.map(({ stage }) => stage)).toContain('ResponseComplete');
      return own;
    });

  const ask = async (id: string, method: string, url: string, body?: object, more: Record<string, string> = {}) =>
    server.send({
      method,
      path: url,
      headers: { 'audit-id': id, 'content-type': 'application/json', 'user-agent': 'tester/1', ...more },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  beforeAll(async () => {
    const file = { path, maxSize: 1 << 20, maxAge: 0, maxBackups: 0 };
    const batch = { bufferSize: 1_000, maxBatchSize: 100, maxBatchWait: 0 };
    const audit = { policy: parseAuditPolicy(policy).policy, backends: [logBackend({ file, batch })] };
    server = await startTestServer({ audit, metrics });
  }, 30_000);
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('has the form of upstream', async () => {
    const data = { key: 'value' };
    await ask('one', 'POST', '/api/v1/namespaces/default/configmaps?fieldManager=x', { metadata: { name: 'm' }, data });
    const [event, ...more] = await told('one');
    expect(more).toEqual([]);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/) as string;
    expect(event).toEqual({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'RequestResponse',
      auditID: 'one',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/default/configmaps?fieldManager=x',
      verb: 'create',
      user: {
        username: 'admin',
        groups: ['system:masters', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=/)] },
      },
      sourceIPs: ['127.0.0.1'],
      userAgent: 'tester/1',
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'm', apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 201 },
      requestObject: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'm' }, data },
      responseObject: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: expect.not.objectContaining({ managedFields: expect.anything() as unknown }) as object,
        data,
      },
      requestReceivedTimestamp: time,
      stageTimestamp: time,
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    });
    const line =
      readFileSync(path, 'utf8')
        .split('\n')
        .find((text) => text.includes('"one"')) ?? '';
    expect(Object.keys(JSON.parse(line) as object).join()).toBe(
      'kind,apiVersion,level,auditID,stage,requestURI,verb,user,sourceIPs,userAgent,objectRef,responseStatus,' +
        'requestObject,responseObject,requestReceivedTimestamp,stageTimestamp,annotations',
    );
  });

  const last = async (id: string): Promise<Seen> => {
    const [event] = (await told(id)).slice(-1);
    if (!event) throw new RangeError('nothing is told');
    return event;
  };

  it('tells a Secret by its name alone', async () => {
    await ask('secret', 'POST', '/api/v1/namespaces/default/secrets', {
      metadata: { name: 's' },
      stringData: { a: 'hidden' },
    });
    const all = await told('secret');
    expect(all.map(({ stage, level }) => [stage, level])).toEqual([
      ['RequestReceived', 'Metadata'],
      ['ResponseComplete', 'Metadata'],
    ]);
    expect(all[0]?.['stageTimestamp']).toBe(all[0]?.['requestReceivedTimestamp']);
    expect(all[0]).not.toHaveProperty('responseStatus');
    expect(all[1]).toMatchObject({ objectRef: { resource: 'secrets', name: 's' }, responseStatus: { code: 201 } });
    expect(readFileSync(path, 'utf8')).not.toContain('hidden');
  });

  it('tells what is sent, and not what is answered, where the policy says so', async () => {
    const job = '/apis/batch/v1/namespaces/default/jobs/none';
    await ask('patch', 'PATCH', job, { spec: { suspend: true } }, { 'content-type': 'application/merge-patch+json' });
    await ask('delete', 'DELETE', job, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Orphan' });
    expect(await last('patch')).not.toHaveProperty('responseObject');
    const missing = {
      metadata: {},
      status: 'Failure',
      message: 'jobs.batch "none" not found',
      reason: 'NotFound',
      details: { name: 'none', group: 'batch', kind: 'jobs' },
      code: 404,
    };
    expect(await last('patch')).toMatchObject({ verb: 'patch', responseStatus: missing });
    expect(await last('delete')).toMatchObject({
      requestObject: { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Orphan' },
      responseStatus: missing,
    });
  });

  it('tells the answer of a list and of a failure', async () => {
    await ask('list', 'GET', '/api/v1/namespaces/default/configmaps?limit=1');
    await ask('missing', 'GET', '/api/v1/namespaces/default/configmaps/missing');
    expect(await last('list')).toMatchObject({
      verb: 'list',
      responseObject: {
        kind: 'ConfigMapList',
        apiVersion: 'v1',
        items: [{ metadata: { name: 'm' }, data: { key: 'value' } }],
      },
    });
    expect(await last('missing')).toMatchObject({
      responseObject: { kind: 'Status', apiVersion: 'v1', reason: 'NotFound', code: 404 },
    });
  });

  it('tells as whom somebody acts, and why they may not', async () => {
    await ask('acting', 'GET', '/api/v1/namespaces/default/pods', undefined, { 'impersonate-user': 'bob' });
    expect(await last('acting')).toMatchObject({
      user: { username: 'admin' },
      impersonatedUser: { username: 'bob', groups: ['system:authenticated'] },
      responseStatus: { code: 403, reason: 'Forbidden' },
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
    });
  });

  it('tells when the answer to a watch begins, and when it is over', async () => {
    await ask('watch', 'GET', '/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=1');
    expect((await told('watch')).map(({ stage, responseStatus }) => [stage, responseStatus])).toEqual([
      ['RequestReceived', undefined],
      ['ResponseStarted', { metadata: {}, code: 200 }],
      ['ResponseComplete', { metadata: {}, code: 200 }],
    ]);
  });

  it('tells of a connection that is refused', async () => {
    const socket = server.connect('/api/v1/namespaces/default/pods/none/exec?command=ls&stdout=1', [], {
      'audit-id': 'exec',
    });
    await new Promise((resolve) => socket.on('error', resolve));
    expect(await last('exec')).toMatchObject({
      stage: 'ResponseComplete',
      objectRef: { resource: 'pods', name: 'none', subresource: 'exec' },
      responseStatus: { code: 404 },
    });
  });

  it('tells of whoever is not known, and what they tried', async () => {
    await ask('nobody', 'GET', '/api/v1/pods', undefined, { Authorization: 'Bearer nonsense' });
    await ask('none', 'GET', '/api/v1/pods', undefined, { Authorization: '' });
    const of = (id: string): Seen[] => events().filter(({ auditID }) => auditID === id);
    await eventually(() => expect(of('none')).toHaveLength(1));
    expect(of('nobody')).toMatchObject([
      {
        stage: 'ResponseStarted',
        user: {},
        responseStatus: { code: 401, message: 'Authentication failed, attempted: bearer' },
      },
    ]);
    expect(of('none')).toMatchObject([
      { responseStatus: { metadata: {}, code: 401, message: 'Authentication failed, no credentials provided' } },
    ]);
  });

  it('tells of nothing that the policy leaves out', async () => {
    await ask('health', 'GET', '/healthz');
    await ask('after', 'GET', '/metrics');
    expect(await last('after')).toMatchObject({ requestURI: '/metrics', verb: 'get', level: 'Metadata' });
    expect(events().filter(({ auditID }) => auditID === 'health')).toEqual([]);
  });

  it('tells what plugins note', async () => {
    const labels = { 'pod-security.kubernetes.io/audit': 'restricted' };
    await ask(
      'labels',
      'PATCH',
      '/api/v1/namespaces/default',
      { metadata: { labels } },
      { 'content-type': 'application/merge-patch+json' },
    );
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await ask('pod', 'POST', '/api/v1/namespaces/default/pods', pod);
    const { annotations } = await last('pod');
    expect(annotations).toMatchObject({
      'pod-security.kubernetes.io/audit-violations': expect.stringContaining('would violate PodSecurity') as string,
      'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
    });
  });

  it('is counted', async () => {
    const text = await metrics.metrics();
    expect(text).toMatch(/^apiserver_audit_event_total [1-9]\d*$/m);
    expect(text).toMatch(/^apiserver_audit_level_total\{level="None"\} 1$/m);
    expect(text).toMatch(/^apiserver_audit_level_total\{level="RequestResponse"\} 3$/m);
    expect(text).not.toMatch(/^apiserver_audit_error_total\{/m);
  });
});
