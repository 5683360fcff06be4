import { Kinds, parseJson, writeJson, type batchv1, type corev1, type ResourceId } from '@skiff/contracts';
import { StatusError, type ApiObject } from '@skiff/apimachinery';
import type { BatchCreator, Client, WatchEvent } from './client';

/** A server that has just started, and clients of it. */
export interface ClientHarness {
  /** May do everything. */
  readonly client: Client & BatchCreator;
  /** A user called `nobody`, who may do nothing but what everybody may. */
  readonly nobody: Client;
  close(): Promise<void>;
}

const namespace = 'default';
const map = (
  name: string,
  data: Record<string, string> = {},
  labels: Record<string, string> = {},
): corev1.ConfigMap => ({
  metadata: { name, namespace, labels },
  data,
});
const key = (name: string): { namespace: string; name: string } => ({ namespace, name });

/** The same as Kinds.ConfigMap, known by its name alone. */
const named: ResourceId<ApiObject & { data?: unknown }> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

/** What a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<StatusError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StatusError)) throw new TypeError(`not refused: ${String(error)}`);
  return error;
}

/** Holds a client to what the interfaces say, against a real server. */
export function describeClientContract(name: string, start: () => Promise<ClientHarness>): void {
  describe(`The client ${name}`, () => {
    let harness: ClientHarness;
    let client: ClientHarness['client'];

    beforeAll(async () => {
      harness = await start();
      ({ client } = harness);
    });
    afterAll(() => harness.close());

    describe('writes, and', () => {
      it('gets what it created, as the server keeps it', async () => {
        const created = await client.create(Kinds.ConfigMap, map('created', { a: 'b' }));
        expect(created).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: 'b' } });
        expect(created.metadata?.uid).toMatch(/^[0-9a-f-]{36}$/);
        expect(await client.get(Kinds.ConfigMap, key('created'))).toEqual(created);
        expect((await refusal(client.create(Kinds.ConfigMap, map('created')))).reason).toBe('AlreadyExists');
      });

      it('brings integers of 64 bits back as they were', async () => {
        const job = parseJson(
          '{"metadata":{"name":"long","namespace":"default"},"spec":{"suspend":true,"activeDeadlineSeconds":9007199254740993,' +
            '"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}',
        ) as batchv1.Job;
        const created = await client.create(Kinds.Job, job);
        expect(writeJson(created)).toContain('"activeDeadlineSeconds":9007199254740993');
        expect(writeJson(await client.get(Kinds.Job, key('long')))).toBe(writeJson(created));
      });

      it('uses a resource that it knows by its name alone', async () => {
        const created = await client.create(named, { metadata: { name: 'named', namespace }, data: { a: 'b' } });
        expect(await client.get(Kinds.ConfigMap, key('named'))).toEqual(created);
        expect(await client.get(named, key('named'))).toEqual(created);
        const updated = await client.update(named, { ...created, data: { a: 'c' } });
        expect(updated).toMatchObject({ data: { a: 'c' } });
        await client.delete(named, key('named'));
      });

      it('refuses an update of a version that is no longer current', async () => {
        const first = await client.create(Kinds.ConfigMap, map('updated', { a: '1' }));
        const second = await client.update(Kinds.ConfigMap, { ...first, data: { a: '2' } });
        expect(second.metadata?.resourceVersion).not.toBe(first.metadata?.resourceVersion);
        const { code, reason } = await refusal(client.update(Kinds.ConfigMap, { ...first, data: { a: '3' } }));
        expect({ code, reason }).toEqual({ code: 409, reason: 'Conflict' });
      });

      it('patches', async () => {
        await client.create(Kinds.ConfigMap, map('patched', { a: '1' }));
        const patch = (type: 'json' | 'merge' | 'strategic', body: unknown): Promise<corev1.ConfigMap> =>
          client.patch(Kinds.ConfigMap, key('patched'), type, body, { fieldManager: 'suite' });
        expect((await patch('json', [{ op: 'add', path: '/data/b', value: '2' }])).data).toEqual({ a: '1', b: '2' });
        expect((await patch('merge', { data: { a: null } })).data).toEqual({ b: '2' });
        const patched = await patch('strategic', { data: { c: '3' } });
        expect(patched.data).toEqual({ b: '2', c: '3' });
        expect(patched.metadata?.managedFields?.map(({ manager }) => manager)).toContain('suite');
      });

      it('applies on the server’s side', async () => {
        const apply = (name: string, data: Record<string, string>, force = false): Promise<corev1.ConfigMap> => {
          const configuration = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'applied' }, data };
          return client.patch(Kinds.ConfigMap, key('applied'), 'apply', configuration, { fieldManager: name, force });
        };
        expect((await apply('one', { a: '1', b: '1' })).data).toEqual({ a: '1', b: '1' });
        expect((await apply('one', { a: '1' })).data).toEqual({ a: '1' });
        const { code, reason, message } = await refusal(apply('two', { a: '2' }));
        expect({ code, reason }).toEqual({ code: 409, reason: 'Conflict' });
        expect(message).toBe('Apply failed with 1 conflict: conflict with "one": .data.a');
        const forced = await apply('two', { a: '2' }, true);
        expect(forced.metadata?.managedFields?.map(({ manager }) => manager)).toEqual(['two']);
      });

      it('writes through a subresource', async () => {
        const name = 'status';
        await client.create(Kinds.Namespace, { metadata: { name } });
        const condition = { type: 'NamespaceContentRemaining', status: 'True', reason: 'Suite' };
        const status = { status: { conditions: [condition] } };
        const patched = await client.patch(Kinds.Namespace, { name }, 'merge', status, { subresource: 'status' });
        expect(patched.status?.conditions?.[0]).toMatchObject(condition);
      });

      it('stores nothing in a dry run', async () => {
        await client.create(Kinds.ConfigMap, map('dry'), { dryRun: true });
        expect((await refusal(client.get(Kinds.ConfigMap, key('dry')))).reason).toBe('NotFound');
      });

      it('leaves its objects to the caller, and the caller leaves the server its own', async () => {
        const mine = map('mine', { a: '1' });
        const created = await client.create(Kinds.ConfigMap, mine);
        for (const one of [mine, created, await client.get(Kinds.ConfigMap, key('mine'))]) one.data = { a: 'changed' };
        expect((await client.get(Kinds.ConfigMap, key('mine'))).data).toEqual({ a: '1' });
      });

      it('creates many at once, of which each succeeds or fails alone', async () => {
        const creations = ['many-a', 'created', 'many-b'].map((one) => ({ object: map(one) }));
        const [first, second, third] = await client.createAll(Kinds.ConfigMap, creations);
        expect([first, third]).toMatchObject([{ metadata: { name: 'many-a' } }, { metadata: { name: 'many-b' } }]);
        expect(second).toMatchObject({ reason: 'AlreadyExists' });
      });

      it('binds pods, and tells of each what came of it', async () => {
        const pod = { metadata: { name: 'bound', namespace }, spec: { containers: [{ name: 'c', image: 'i' }] } };
        await client.create<corev1.Pod>(Kinds.Pod, pod);
        const to = (one: string): corev1.Binding => ({ metadata: key(one), target: { kind: 'Node', name: 'n1' } });
        const statuses = await client.bindPods([to('bound'), to('missing')]);
        expect(statuses).toMatchObject([{ status: 'Success' }, { status: 'Failure', reason: 'NotFound' }]);
        expect((await client.get(Kinds.Pod, key('bound'))).spec?.nodeName).toBe('n1');
      });

      it('deletes one, and all that are selected', async () => {
        const labels = { suite: 'deleted' };
        for (const one of ['deleted-a', 'deleted-b', 'deleted-c'])
          await client.create(Kinds.ConfigMap, map(one, {}, labels));
        await client.delete(Kinds.ConfigMap, key('deleted-a'));
        const missing = await refusal(client.delete(Kinds.ConfigMap, key('deleted-a')));
        expect({ code: missing.code, message: missing.message, details: missing.details }).toMatchObject({
          code: 404,
          message: 'configmaps "deleted-a" not found',
          details: { name: 'deleted-a', kind: 'configmaps' },
        });
        await client.deleteCollection(Kinds.ConfigMap, { namespace, labelSelector: 'suite=deleted' });
        expect((await client.list(Kinds.ConfigMap, { labelSelector: 'suite=deleted' })).items).toEqual([]);
        expect((await client.list(Kinds.ConfigMap, { namespace })).items).not.toEqual([]);
      });
    });

    describe('reads, and', () => {
      it('lists in pages, by namespace and selectors', async () => {
        const labels = { suite: 'listed' };
        const names = ['listed-a', 'listed-b', 'listed-c'];
        for (const one of names) await client.create(Kinds.ConfigMap, map(one, {}, labels));
        const selected = { namespace, labelSelector: 'suite=listed' };
        const first = await client.list(Kinds.ConfigMap, { ...selected, limit: 2 });
        const rest = await client.list(Kinds.ConfigMap, { ...selected, limit: 2, continue: first.metadata.continue });
        expect([...first.items, ...rest.items].map(({ metadata }) => metadata?.name)).toEqual(names);
        expect(rest.metadata.continue ?? '').toBe('');
        const none = await client.list(Kinds.ConfigMap, { ...selected, namespace: 'kube-system' });
        expect(none.items).toEqual([]);
        expect(none.metadata.resourceVersion).toMatch(/^\d+$/);
      });

      it('follows changes in order from a version on, until it is told to stop', async () => {
        const { metadata } = await client.list(Kinds.ConfigMap, { namespace });
        const stop = new AbortController();
        const selected = { namespace, fieldSelector: 'metadata.name=followed', signal: stop.signal };
        const first = await client.create(Kinds.ConfigMap, map('followed', { a: '1' }));
        await client.patch(Kinds.ConfigMap, key('followed'), 'merge', { data: { a: '2' } });
        await client.delete(Kinds.ConfigMap, key('followed'));
        const seen: WatchEvent<corev1.ConfigMap>[] = [];
        const { resourceVersion } = metadata;
        for await (const event of client.watch(Kinds.ConfigMap, { ...selected, resourceVersion })) {
          seen.push(event);
          if (event.type === 'DELETED') stop.abort(new Error('seen enough'));
        }
        expect(seen.map((event) => [event.type, 'object' in event && event.object.data])).toEqual([
          ['ADDED', { a: '1' }],
          ['MODIFIED', { a: '2' }],
          ['DELETED', { a: '2' }],
        ]);
        expect(seen[0]).toMatchObject({ object: first, resourceVersion: first.metadata?.resourceVersion });
      });

      it('is shown what is there, and a bookmark after it, when it asks for that', async () => {
        await client.create(Kinds.ConfigMap, map('shown'));
        const options = {
          ...{ namespace, fieldSelector: 'metadata.name=shown', sendInitialEvents: true, allowWatchBookmarks: true },
          ...{ resourceVersionMatch: 'NotOlderThan', timeoutSeconds: 1 },
        };
        const types: string[] = [];
        for await (const event of client.watch(Kinds.ConfigMap, options)) types.push(event.type);
        expect(types).toEqual(['ADDED', 'BOOKMARK']);
      });

      it('is refused a watch that makes no sense before it begins', async () => {
        const watch = client.watch(Kinds.ConfigMap, { fieldSelector: 'data.a=b' })[Symbol.asyncIterator]();
        expect((await refusal(watch.next())).code).toBe(400);
      });

      it('finds out what is served', async () => {
        const { resources, failures } = await client.discover();
        const pods = resources.find(({ resource }) => resource === Kinds.Pod);
        expect(pods?.verbs).toEqual(expect.arrayContaining(['create', 'delete', 'get', 'list', 'patch', 'watch']));
        expect(resources.map(({ resource }) => resource.plural)).toContain('deployments');
        expect(failures.size).toBe(0);
      });

      it('is told that a resource is not served', async () => {
        const unknown = { group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true };
        expect((await refusal(client.list(unknown))).code).toBe(404);
        expect((await refusal(client.create(unknown, { metadata: { name: 'w', namespace } }))).code).toBe(404);
      });
    });

    it('is refused what its user may not do, in the words that REST has for it', async () => {
      const { nobody } = harness;
      const { code, message } = await refusal(nobody.get(Kinds.Secret, { namespace, name: 's' }));
      expect(code).toBe(403);
      expect(message).toBe(
        'secrets "s" is forbidden: User "nobody" cannot get resource "secrets" in API group "" in the namespace "default"',
      );
      const watch = nobody.watch(Kinds.Secret, { namespace })[Symbol.asyncIterator]();
      expect((await refusal(watch.next())).code).toBe(403);
      expect((await nobody.discover()).resources).not.toEqual([]);
    });

    it('rejects with the reason for which it was stopped', async () => {
      const signal = AbortSignal.abort(new Error('no longer wanted'));
      await expect(client.get(Kinds.ConfigMap, key('created'), { signal })).rejects.toThrow('no longer wanted');
      await expect(client.create(Kinds.ConfigMap, map('late'), { signal })).rejects.toThrow('no longer wanted');
      await expect(client.discover({ signal })).rejects.toThrow('no longer wanted');
    });
  });
}
