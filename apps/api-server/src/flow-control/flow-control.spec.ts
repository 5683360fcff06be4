import { Agent, request } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { Registry } from 'prom-client';
import { eventually } from '@skiff/testing';
import { startTestServer, type TestServer } from '../golden/server';

interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const group = '/apis/flowcontrol.apiserver.k8s.io/v1';

describe('Requests that wait for one another', () => {
  const metrics = new Registry();
  const agent = new Agent({ keepAlive: true });
  let server: TestServer;

  const ask = (method: string, path: string, more: { user?: string; body?: object; type?: string } = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const { user, body, type = 'application/json' } = more;
      const { ca, cert, key } = server.tls;
      const headers = { 'content-type': type, ...(user ? { 'impersonate-user': user } : {}) };
      const call = request(
        { host: '127.0.0.1', port: server.port, agent, method, path, headers, ca, cert, key },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({
              code: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      call.on('error', reject);
      call.end(body && JSON.stringify(body));
    });
  const uidOf = async (path: string): Promise<string> =>
    (JSON.parse((await ask('GET', `${group}/${path}`)).body) as { metadata: { uid: string } }).metadata.uid;
  const dump = async (name: string): Promise<string[][]> => {
    const { body } = await ask('GET', `/debug/api_priority_and_fairness/dump_${name}`);
    return body
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(/, */));
  };
  const value = async (series: string): Promise<number | undefined> => {
    const line = (await metrics.metrics()).split('\n').find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

  beforeAll(async () => {
    server = await startTestServer({ metrics });
  }, 30_000);
  afterAll(async () => {
    agent.destroy();
    await server.close();
  });

  it('are told by UIDs to which schema and level they belong', async () => {
    const exempt = (await ask('GET', '/version')).headers;
    expect(exempt['x-kubernetes-pf-flowschema-uid']).toBe(await uidOf('flowschemas/exempt'));
    expect(exempt['x-kubernetes-pf-prioritylevel-uid']).toBe(await uidOf('prioritylevelconfigurations/exempt'));
    const other = (await ask('GET', '/version', { user: 'ann' })).headers;
    expect(other['x-kubernetes-pf-flowschema-uid']).toBe(await uidOf('flowschemas/global-default'));
    const account = (await ask('GET', '/version', { user: 'system:serviceaccount:kube-system:x' })).headers;
    expect(account['x-kubernetes-pf-flowschema-uid']).toBe(await uidOf('flowschemas/kube-system-service-accounts'));
  });

  it('are shown, with all levels, to whoever looks', async () => {
    const [head, ...levels] = await dump('priority_levels');
    expect(head).toEqual([
      'PriorityLevelName',
      'ActiveQueues',
      'IsIdle',
      'IsQuiescing',
      'WaitingRequests',
      'ExecutingRequests',
    ]);
    expect(levels).toContainEqual(['workload-low', '0', 'true', 'false', '0', '0']);
    // This one itself.
    expect(levels).toContainEqual(['exempt', '0', 'false', 'false', '0', '1']);
    expect(await dump('queues')).toHaveLength(1);
    expect((await dump('requests'))[0]?.[4]).toBe('FlowDistingsher');
    expect(JSON.parse((await ask('GET', '/')).body)).not.toMatchObject({
      paths: expect.arrayContaining([expect.stringContaining('debug')]) as string[],
    });
  });

  it('are counted', async () => {
    const labels = '{priority_level="exempt",flow_schema="exempt"}';
    expect(await value(`apiserver_flowcontrol_dispatched_requests_total${labels}`)).toBeGreaterThan(0);
    const limits = ['nominal', 'lower', 'upper', 'current'].map((one) => `apiserver_flowcontrol_${one}_limit_seats`);
    const seats = await Promise.all(limits.map((one) => value(`${one}{priority_level="workload-low"}`)));
    expect(seats).toEqual([62, 6, 212, 62]);
    expect(await value('apiserver_flowcontrol_current_executing_seats{priority_level="exempt"}')).toBe(0);
  });

  it('belong where the objects of the cluster say, as soon as these change', async () => {
    const level = {
      metadata: { name: 'mine' },
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
    };
    const schema = {
      metadata: { name: 'mine' },
      spec: {
        priorityLevelConfiguration: { name: 'mine' },
        matchingPrecedence: 10,
        rules: [
          {
            subjects: [{ kind: 'User', user: { name: 'bob' } }],
            nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/version'] }],
          },
        ],
      },
    };
    const dangling = async () => {
      const { body } = await ask('GET', `${group}/flowschemas/mine`);
      const { status } = JSON.parse(body) as {
        status?: { conditions?: { status: string; reason: string; message: string }[] };
      };
      return status?.conditions?.[0];
    };
    const created = await ask('POST', `${group}/flowschemas`, { body: schema });
    expect([created.code, created.headers['warning']]).toEqual([201, undefined]);
    await eventually(async () =>
      expect(await dangling()).toMatchObject({
        status: 'True',
        reason: 'NotFound',
        message:
          'This FlowSchema references the PriorityLevelConfiguration object named "mine" but there is no such object',
      }),
    );
    const bobs = async () =>
      (await ask('GET', '/version', { user: 'bob' })).headers['x-kubernetes-pf-prioritylevel-uid'];
    expect(await bobs()).toBe(await uidOf('prioritylevelconfigurations/global-default'));
    await ask('POST', `${group}/prioritylevelconfigurations`, { body: level });
    await eventually(async () => expect(await dangling()).toMatchObject({ status: 'False', reason: 'Found' }));
    expect(await bobs()).toBe(await uidOf('prioritylevelconfigurations/mine'));
    await ask('DELETE', `${group}/flowschemas/mine`);
    await ask('DELETE', `${group}/prioritylevelconfigurations/mine`);
    await eventually(async () => expect(await bobs()).toBe(await uidOf('prioritylevelconfigurations/global-default')));
  });

  it('take no seats while a watch only waits', async () => {
    const watch = ask('GET', '/api/v1/namespaces?watch=1&timeoutSeconds=1', { user: 'system:kube-scheduler' });
    const series = 'apiserver_flowcontrol_current_executing_requests{priority_level="workload-high"}';
    const dispatched =
      'apiserver_flowcontrol_dispatched_requests_total{priority_level="workload-high",flow_schema="kube-scheduler"}';
    await eventually(async () => expect([await value(dispatched), await value(series)]).toEqual([1, 0]));
    expect((await watch).code).toBe(200);
  });
});
