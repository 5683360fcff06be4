import { credentials } from '@grpc/grpc-js';
import { ClientMetrics, GrpcClient } from '@skiff/client-grpc';
import { systemClock } from '@skiff/platform';
import { Kinds, type corev1 } from '@skiff/contracts';
import { Registry } from 'prom-client';
import { startTestServer, type TestServer } from './golden/server';

describe('Requests over gRPC', () => {
  let server: TestServer;
  let client: GrpcClient;
  const metrics = new Registry();
  const registry = new Registry();
  const key = { namespace: 'default', name: 'm' };
  const map = (name: string): corev1.ConfigMap => ({ metadata: { namespace: 'default', name } });
  const labels = (verb: string, scope: string, more = ''): string =>
    `{verb="${verb}",group="",version="v1",resource="configmaps",subresource="",scope="${scope}",component="apiserver"${more}}`;
  const total = (verb: string, scope: string, code: number, dryRun = ''): string =>
    `apiserver_request_total${labels(verb, scope, `,dry_run="${dryRun}",code="${code}"`)}`;
  const lines = async (): Promise<string[]> => (await metrics.metrics()).split('\n');

  beforeAll(async () => {
    server = await startTestServer({ metrics });
    const { ca, key: secret, cert } = server.tls;
    const target = `127.0.0.1:${server.port}`;
    client = new GrpcClient({
      target,
      metrics: new ClientMetrics({ registry, target, clock: systemClock }),
      credentials: credentials.createSsl(Buffer.from(ca), Buffer.from(secret), Buffer.from(cert)),
      userAgent: 'counted',
    });
    await client.create(Kinds.ConfigMap, map('m'));
    await expect(client.create(Kinds.ConfigMap, map('m'))).rejects.toThrow('already exists');
    await client.create(Kinds.ConfigMap, map('n'), { dryRun: true });
    await client.get(Kinds.ConfigMap, key);
    await expect(client.get(Kinds.ConfigMap, { ...key, name: 'none' })).rejects.toThrow('not found');
    await client.list(Kinds.ConfigMap, { namespace: 'default' });
    await client.patch(Kinds.ConfigMap, key, 'merge', { data: { a: 'b' } });
    await client.createAll(Kinds.ConfigMap, [{ object: map('x') }, { object: map('y') }, { object: map('x') }]);
    await client.delete(Kinds.ConfigMap, key);
  }, 30_000);
  afterAll(async () => {
    client.close();
    await server.close();
  });

  it.each([
    ['what was created, alone and over a stream', `${total('POST', 'resource', 201)} 3`],
    ['what was refused, alone and over a stream', `${total('POST', 'resource', 409)} 2`],
    ['dry runs', `${total('POST', 'resource', 201, 'All')} 1`],
    ['what was read', `${total('GET', 'resource', 200)} 1`],
    ['what was not found', `${total('GET', 'resource', 404)} 1`],
    ['lists', `${total('LIST', 'namespace', 200)} 1`],
    ['patches', `${total('PATCH', 'resource', 200)} 1`],
    ['deletions', `${total('DELETE', 'resource', 200)} 1`],
    ['their times', `apiserver_request_duration_seconds_count${labels('PATCH', 'resource', ',dry_run=""')} 1`],
    ['sizes of lists', `apiserver_response_sizes_count${labels('LIST', 'namespace')} 1`],
    ['readers under way', 'apiserver_current_inflight_requests{request_kind="readOnly"} 0'],
    ['writers under way', 'apiserver_current_inflight_requests{request_kind="mutating"} 0'],
  ])('count %s', async (_, line) => {
    expect(await lines()).toEqual(expect.arrayContaining([line]));
  });

  it('last while they watch, and are counted when they end', async () => {
    const watch = client.watch(Kinds.ConfigMap, { namespace: 'default' })[Symbol.asyncIterator]();
    await watch.next();
    const lasting = `apiserver_longrunning_requests${labels('WATCH', 'namespace')}`;
    expect(await lines()).toEqual(expect.arrayContaining([`${lasting} 1`]));
    await watch.return?.();
    const isOver = async (): Promise<boolean> => (await lines()).includes(`${total('WATCH', 'namespace', 200)} 1`);
    for (let tries = 0; tries < 200 && !(await isOver()); tries += 1)
      await client.get(Kinds.Namespace, { name: 'default' });
    expect(await lines()).toEqual(expect.arrayContaining([`${lasting} 0`, `${total('WATCH', 'namespace', 200)} 1`]));
  });

  it.each([
    ['creations, alone and over a stream', 'requests_total', 'code="201",method="POST"', 4],
    ['refusals, alone and over a stream', 'requests_total', 'code="409",method="POST"', 2],
    ['what was not found', 'requests_total', 'code="404",method="GET"', 1],
    ['deletions', 'requests_total', 'code="200",method="DELETE"', 1],
    ['times', 'request_duration_seconds_count', 'verb="POST"', 6],
  ])('are counted by the client, too: %s', async (_, name, own, count) => {
    const line = `rest_client_${name}{${own},host="127.0.0.1:${server.port}"} ${count}`;
    expect((await registry.metrics()).split('\n')).toEqual(expect.arrayContaining([line]));
  });

  it('are counted by the client as failed where nobody answers', async () => {
    const own = new Registry();
    const target = '127.0.0.1:1';
    const lonely = new GrpcClient({
      target,
      credentials: credentials.createInsecure(),
      userAgent: 'lonely',
      metrics: new ClientMetrics({ registry: own, target, clock: systemClock }),
    });
    await expect(lonely.get(Kinds.ConfigMap, key)).rejects.toThrow();
    await expect(lonely.createAll(Kinds.ConfigMap, [{ object: map('m') }])).rejects.toThrow();
    await expect(lonely.watch(Kinds.ConfigMap)[Symbol.asyncIterator]().next()).rejects.toThrow();
    lonely.close();
    const text = await own.metrics();
    expect(text).toContain(`rest_client_requests_total{code="<error>",method="GET",host="${target}"} 2`);
    expect(text).toContain(`rest_client_requests_total{code="<error>",method="POST",host="${target}"} 1`);
  });

  it('have no labels that clients make up', async () => {
    const invented = { ...Kinds.ConfigMap, plural: 'inventions' };
    await expect(client.get(invented, key)).rejects.toThrow('could not find');
    expect((await lines()).join('\n')).not.toContain('inventions');
  });
});
