import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { testRegistry, type TestRegistry } from '../registry/testing/test-registry';
import { widgets } from '../registry/testing/widgets';
import { DiscoveryHandler } from './discovery-handler';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: unknown;
}

describe('discovery', () => {
  let test: TestRegistry;
  let server: Server;
  const life = (): AbortController => new AbortController();

  beforeEach(async () => {
    test = testRegistry();
    const discovery = new DiscoveryHandler(test.registry, test.clock);
    server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
      if (!discovery.handle(pathname, request.headers.accept, searchParams, response)) response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await test.close();
  });

  async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    return { status: response.status, etag: response.headers.get('etag'), body: isJson ? JSON.parse(text) : text };
  }

  const v3 = async (): Promise<Record<string, string>> => {
    const { paths } = (await get('/openapi/v3')).body as { paths: Record<string, { serverRelativeURL: string }> };
    return Object.fromEntries(Object.entries(paths).map(([name, { serverRelativeURL }]) => [name, serverRelativeURL]));
  };

  it('tells of groups and resources while they are served', async () => {
    const serving = life();
    expect((await get('/apis/example.com/v1')).status).toBe(404);
    test.registry.install([widgets()], serving.signal);
    expect((await get('/apis')).body).toMatchObject({ groups: [{ name: 'example.com' }] });
    expect((await get('/apis/example.com')).body).toMatchObject({ preferredVersion: { version: 'v1' } });
    expect((await get('/apis/example.com/v1')).body).toMatchObject({ resources: [{ name: 'widgets' }] });
    const more = life();
    test.registry.install([widgets('v1', 'example.com', 'gadgets')], more.signal);
    expect((await get('/apis/example.com/v1')).body).toMatchObject({
      resources: [{ name: 'gadgets' }, { name: 'widgets' }],
    });
    more.abort();
    serving.abort();
    expect((await get('/apis')).body).toMatchObject({ groups: [] });
    expect((await get('/apis/example.com')).status).toBe(404);
    expect((await get('/apis/example.com/v1')).status).toBe(404);
  });

  it('gives the aggregated document an ETag that follows what is served', async () => {
    test.registry.install([widgets('v1', 'stays.example.com')], life().signal);
    const ask = (headers: Record<string, string> = {}): Promise<Answer> =>
      get('/apis', { accept: aggregated, ...headers });
    const before = await ask();
    expect(before.body).toMatchObject({ items: [{ metadata: { name: 'stays.example.com' } }] });
    expect(await ask({ 'if-none-match': before.etag ?? '' })).toMatchObject({ status: 304, body: '' });
    const serving = life();
    test.registry.install([widgets()], serving.signal);
    const meanwhile = await ask({ 'if-none-match': before.etag ?? '' });
    expect(meanwhile.status).toBe(200);
    expect(meanwhile.etag).not.toBe(before.etag);
    expect((meanwhile.body as { items: unknown[] }).items).toHaveLength(2);
    serving.abort();
    expect(await ask()).toEqual(before);
  });

  it('gives OpenAPI documents ETags and URLs that follow what is served', async () => {
    test.registry.install([widgets('v1', 'stays.example.com')], life().signal);
    const [before, whole] = [await v3(), await get('/openapi/v2')];
    const serving = life();
    test.registry.install([widgets()], serving.signal);
    const meanwhile = await v3();
    const added = ['apis/example.com', 'apis/example.com/v1'];
    expect(Object.keys(meanwhile).sort()).toEqual([...Object.keys(before), ...added].sort());
    // What is served there is the same, and so is its document.
    expect(meanwhile['apis/stays.example.com/v1']).toBe(before['apis/stays.example.com/v1']);
    const wholeMeanwhile = await get('/openapi/v2', { 'if-none-match': whole.etag ?? '' });
    expect(wholeMeanwhile.status).toBe(200);
    expect(Object.keys((wholeMeanwhile.body as { paths: object }).paths)).toContain(
      '/apis/example.com/v1/namespaces/{namespace}/widgets',
    );
    expect((await get('/openapi/v2', { 'if-none-match': wholeMeanwhile.etag ?? '' })).status).toBe(304);
    test.registry.install([widgets('v1', 'example.com', 'gadgets')], serving.signal);
    const newest = await v3();
    expect(newest['apis/example.com/v1']).not.toBe(meanwhile['apis/example.com/v1']);
    // Who comes by an old URL is sent to the new one.
    expect((await get(meanwhile['apis/example.com/v1'] ?? '')).status).toBe(301);
    serving.abort();
    expect(await v3()).toEqual(before);
    expect((await get('/openapi/v2')).etag).toBe(whole.etag);
    expect((await get(newest['apis/example.com/v1'] ?? '')).status).toBe(404);
  });
});
