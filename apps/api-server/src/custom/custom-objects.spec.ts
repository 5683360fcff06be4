import { credentials } from '@grpc/grpc-js';
import type { Client, WatchEvent } from '@skiff/client';
import { GrpcClient } from '@skiff/client-grpc';
import { Kinds, parseJson, writeJson } from '@skiff/contracts';
import { startTestServer, type TestServer } from '../golden/server';
import { widgetKind, widgetResource, type Widget } from './widgets';

const namespace = 'default';
const path = `/apis/example.com/v1/namespaces/${namespace}/widgets`;
/** More than a double can hold. */
const large = '9007199254740993';
const widget = (name: string): Widget =>
  parseJson(
    `{"metadata":{"name":"${name}","namespace":"${namespace}"},"spec":{"size":${large},"colours":["red"]}}`,
  ) as Widget;

describe('Objects of a kind that no message describes', () => {
  const lifetime = new AbortController();
  let server: TestServer;
  let overGrpc: GrpcClient;

  beforeAll(async () => {
    server = await startTestServer();
    server.install([widgetResource], lifetime.signal);
    const [ca, key, cert] = [server.tls.ca, server.tls.key, server.tls.cert].map((text) => Buffer.from(text));
    overGrpc = new GrpcClient({
      target: `127.0.0.1:${server.port}`,
      credentials: credentials.createSsl(ca ?? null, key, cert),
      userAgent: 'spec',
    });
  }, 30_000);
  afterAll(async () => {
    overGrpc.close();
    await server.close();
  });

  const inProcess = async (): Promise<Client> => server.clientOf({ name: 'admin', groups: ['system:masters'] });

  describe.each([
    ['gRPC', async (): Promise<Client> => overGrpc],
    ['a client in the process', inProcess],
  ])('over %s', (way, connect) => {
    const name = way.split(' ')[0]?.toLowerCase() ?? '';
    const key = { namespace, name };

    it('are written, read, followed and deleted, with all their digits', async () => {
      const client = await connect();
      const ended = new AbortController();
      const { metadata } = await client.list<Widget>(widgetKind, { namespace });
      const events: WatchEvent<Widget>[] = [];
      const { resourceVersion } = metadata;
      const watched = (async () => {
        for await (const event of client.watch(widgetKind, { namespace, resourceVersion, signal: ended.signal })) {
          events.push(event);
          if (event.type === 'DELETED') return;
        }
      })();
      const created = await client.create(widgetKind, widget(name));
      expect(writeJson(created)).toContain(`"size":${large}`);
      expect(created).toMatchObject({
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: { name, generation: 1 },
      });
      expect(writeJson(await client.get(widgetKind, key))).toBe(writeJson(created));
      const { items } = await client.list<Widget>(widgetKind, { namespace });
      expect(writeJson(items)).toBe(writeJson([created]));
      const merged = await client.patch(widgetKind, key, 'merge', { spec: { colours: ['red', 'blue'] } });
      expect([merged.spec?.colours, merged.metadata?.generation]).toEqual([['red', 'blue'], 2]);
      const patched = await client.patch(widgetKind, key, 'json', [{ op: 'remove', path: '/spec/colours/0' }]);
      expect(patched.spec?.colours).toEqual(['blue']);
      await expect(client.update(widgetKind, { ...created, spec: {} })).rejects.toMatchObject({ reason: 'Conflict' });
      const weighed = { status: { weight: 3 }, spec: { size: 3 } };
      const { spec, status } = await client.patch(widgetKind, key, 'merge', weighed, { subresource: 'status' });
      expect(writeJson([spec, status])).toBe(writeJson([patched.spec, { weight: 3 }]));
      const current = await client.get(widgetKind, key);
      const updated = await client.update(widgetKind, { ...current, spec: { size: 1 }, status: { weight: 4 } });
      expect([updated.spec, updated.status]).toEqual([{ size: 1 }, { weight: 3 }]);
      expect(updated.metadata?.managedFields?.length).toBeGreaterThan(0);
      await client.delete(widgetKind, key);
      await watched;
      ended.abort();
      expect(events.map(({ type }) => type)).toEqual([
        ...['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'DELETED'],
      ]);
      expect(writeJson(events[0])).toContain(`"size":${large}`);
      await expect(client.get(widgetKind, key)).rejects.toMatchObject({
        code: 404,
        message: `widgets.example.com ${JSON.stringify(name)} not found`,
      });
    });

    it('are told of by discovery, as a resource like any other', async () => {
      const { resources } = await (await connect()).discover();
      const { group, version, kind, plural, namespaced } = widgetKind;
      const found = resources.find(({ resource }) => resource.group === group);
      expect(found?.resource).toEqual({ group, version, kind, plural, namespaced });
      expect(found?.verbs).toEqual(expect.arrayContaining(['list', 'watch', 'delete', 'patch']));
    });

    it('are seen by REST as they were written', async () => {
      const client = await connect();
      const created = await client.create(widgetKind, widget(name));
      const { status, body } = await server.send({ method: 'GET', path: `${path}/${name}`, headers: {} });
      expect([status, body]).toEqual([200, `${writeJson(created)}\n`]);
      const headers = { 'content-type': 'application/json' };
      const change = { method: 'PUT', path: `${path}/${name}`, headers };
      const answer = await server.send({ ...change, body: body.replace('"red"', '"green"') });
      expect(answer.status).toBe(200);
      expect(writeJson(await client.get(widgetKind, key))).toBe(answer.body.trim());
      await client.deleteCollection(widgetKind, { namespace });
      expect((await client.list(widgetKind, { namespace })).items).toEqual([]);
    });
  });

  it('are validated by their schema', async () => {
    const body = '{"metadata":{"name":"w"},"spec":{"size":"big","shape":1}}';
    const headers = { 'content-type': 'application/json' };
    const refused = await server.send({ method: 'POST', path, headers, body });
    expect([refused.status, refused.body]).toEqual([400, expect.stringContaining('cannot be handled as a Widget')]);
    const strict = `${path}?fieldValidation=Strict`;
    const unknown = await server.send({ method: 'POST', path: strict, headers, body: body.replace('"big"', '1') });
    expect([unknown.status, unknown.body]).toEqual([400, expect.stringContaining('unknown field \\"spec.shape\\"')]);
  });

  it('count for a quota, as every resource does', async () => {
    const admin = await inProcess();
    expect(widgetResource.quota).toBeDefined();
    const hard = { 'count/widgets.example.com': '1' };
    await admin.create(Kinds.ResourceQuota, { metadata: { name: 'q', namespace }, spec: { hard } });
    const status = { hard, used: { 'count/widgets.example.com': '0' } };
    await admin.patch(Kinds.ResourceQuota, { name: 'q', namespace }, 'merge', { status }, { subresource: 'status' });
    await admin.create(widgetKind, widget('first'));
    await expect(admin.create(widgetKind, widget('second'))).rejects.toMatchObject({
      code: 403,
      message: expect.stringContaining('exceeded quota: q, requested: count/widgets.example.com=1') as string,
    });
  });
});
