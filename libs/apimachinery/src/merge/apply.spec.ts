import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { JsonObject } from '../patch/json';
import { messageSchema } from '../schema/message-schema';
import { StatusError } from '../status/status-error';
import { applyConfiguration, type Applied } from './apply';
import { lastAppliedAnnotation } from './last-applied';

const configMaps = messageSchema('k8s.io.api.core.v1.ConfigMap');
const deployments = messageSchema('k8s.io.api.apps.v1.Deployment');
const empty: ApiObject = { kind: 'ConfigMap', apiVersion: 'v1' };

const config = (data: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  ...{ kind: 'ConfigMap', apiVersion: 'v1' },
  metadata: { name: 'm', ...metadata },
  data,
});

interface By {
  readonly name: string;
  readonly time?: string;
  readonly force?: boolean;
}

async function apply(
  live: ApiObject,
  applied: JsonObject,
  { name, time = 't1', force = false }: By,
): Promise<ApiObject> {
  const manager = { name, subresource: '', apiVersion: 'v1', time };
  return stored(await applyConfiguration({ schema: configMaps, live, empty, config: applied, manager, force }));
}

const stored = ({ object, managedFields }: Applied): ApiObject => {
  const { metadata, ...rest } = object as ApiObject;
  return { ...rest, metadata: { ...metadata, uid: 'u', ...(managedFields ? { managedFields } : {}) } };
};

const owners = ({ metadata }: ApiObject): unknown =>
  metadata?.managedFields?.map(({ manager, operation, time, fieldsV1 }) => [manager, operation, time, fieldsV1]);

const failure = async (run: Promise<unknown>): Promise<StatusError> => {
  try {
    await run;
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing failed');
};

describe('Who applies', () => {
  let first: ApiObject;

  beforeAll(async () => {
    first = await apply(empty, config({ a: '1', b: '1' }), { name: 'one' });
  });

  it('owns what they mention', async () => {
    expect(owners(first)).toEqual([['one', 'Apply', 't1', { 'f:data': { 'f:a': {}, 'f:b': {} } }]]);
  });

  it('shares what has the value that they apply, without a time of their own', async () => {
    expect(owners(await apply(first, config({ a: '1' }), { name: 'two', time: 't2' }))).toEqual([
      ['two', 'Apply', undefined, { 'f:data': { 'f:a': {} } }],
      ['one', 'Apply', 't1', { 'f:data': { 'f:a': {}, 'f:b': {} } }],
    ]);
  });

  it('keeps the time when nothing changes', async () => {
    expect(owners(await apply(first, config({ a: '1', b: '1' }), { name: 'one', time: 't2' }))).toEqual(owners(first));
  });

  it('is told whose fields they would change', async () => {
    const { code, reason, message, details } = await failure(apply(first, config({ a: '2', b: '2' }), { name: 'two' }));
    expect([code, reason, message]).toEqual([
      409,
      'Conflict',
      'Apply failed with 2 conflicts: conflicts with "one":\n- .data.a\n- .data.b',
    ]);
    expect(details?.causes).toEqual(
      ['.data.a', '.data.b'].map((field) => ({
        field,
        reason: 'FieldManagerConflict',
        message: 'conflict with "one"',
      })),
    );
  });

  it('takes fields by force', async () => {
    expect(owners(await apply(first, config({ a: '2' }), { name: 'two', force: true }))).toEqual([
      ['one', 'Apply', 't1', { 'f:data': { 'f:b': {} } }],
      ['two', 'Apply', 't1', { 'f:data': { 'f:a': {} } }],
    ]);
  });

  it('removes what they give up, unless somebody else has it', async () => {
    const shared = await apply(first, config({ a: '1' }), { name: 'two' });
    expect(await apply(shared, config({}), { name: 'one' })).toMatchObject({ data: { a: '1' } });
    expect(((await apply(first, config({ b: '1' }), { name: 'one' })) as { data?: unknown }).data).toEqual({ b: '1' });
  });

  it('keeps what names the object when they give up all else of its metadata', async () => {
    const labelled = await apply(empty, config({}, { labels: { a: 'b' } }), { name: 'one' });
    expect((await apply(labelled, config({}), { name: 'one' })).metadata).toEqual({ name: 'm', uid: 'u' });
  });

  it('does not own a map without entries, which is not stored', async () => {
    const labelled = await apply(empty, config({}, { labels: {} }), { name: 'one' });
    expect(labelled.metadata?.managedFields).toBeUndefined();
    await expect(apply(labelled, config({}, { labels: {} }), { name: 'two' })).resolves.toBeDefined();
  });

  it('finds what nobody owns to belong to who was before', async () => {
    const old = { ...empty, metadata: { name: 'm', uid: 'u' }, data: { a: '1' } };
    const { message } = await failure(apply(old, config({ a: '2' }), { name: 'one' }));
    expect(message).toBe('Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a');
  });
});

describe('kubectl, which applied from its own side before', () => {
  const applied = JSON.stringify(config({ a: '1' }));
  const update: metav1.ManagedFieldsEntry = {
    ...{ manager: 'kubectl-client-side-apply', operation: 'Update', apiVersion: 'v1', time: 't0' },
    ...{ fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } } },
  };
  const live = {
    ...empty,
    metadata: { name: 'm', uid: 'u', annotations: { [lastAppliedAnnotation]: applied }, managedFields: [update] },
    data: { a: '1', b: '1' },
  };

  it('takes over what it had applied', async () => {
    expect(owners(await apply(live, config({ a: '2' }), { name: 'kubectl' }))).toEqual([
      ['kubectl', 'Apply', 't1', { 'f:data': { 'f:a': {} } }],
      ['kubectl-client-side-apply', 'Update', 't0', { 'f:data': { '.': {}, 'f:b': {} } }],
    ]);
  });

  it('does not take what it had not applied, nor does anybody else', async () => {
    expect((await failure(apply(live, config({ a: '2', b: '2' }), { name: 'kubectl' }))).message).toContain(
      ': .data.b',
    );
    expect((await failure(apply(live, config({ a: '2' }), { name: 'other' }))).message).toContain(': .data.a');
  });

  it('keeps its annotation as if it still applied from its side', async () => {
    const { metadata } = await apply(live, config({ a: '<2>' }), { name: 'kubectl' });
    expect(metadata?.annotations?.[lastAppliedAnnotation]).toBe(
      '{"apiVersion":"v1","data":{"a":"\\u003c2\\u003e"},"kind":"ConfigMap","metadata":{"name":"m"}}\n',
    );
  });
});

describe('Lists that are merged', () => {
  const pod = (containers: JsonObject[]): JsonObject => ({
    ...{ kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'd' } },
    spec: { template: { spec: { containers } } },
  });
  const names = ({ object }: Applied): unknown =>
    (object as { spec: { template: { spec: { containers: { name: string }[] } } } }).spec.template.spec.containers.map(
      ({ name }) => name,
    );
  const applied = (live: ApiObject, containers: string[]): Promise<Applied> =>
    applyConfiguration({
      ...{ schema: deployments, live, empty: {}, config: pod(containers.map((name) => ({ name }))), force: true },
      manager: { name: 'm', subresource: '', apiVersion: 'apps/v1', time: 't' },
    });

  it.each([
    [
      ['b', 'd'],
      ['a', 'b', 'c'],
      ['a', 'b', 'd', 'c'],
    ],
    [
      ['a', 'b', 'c'],
      ['c', 'a'],
      ['b', 'c', 'a'],
    ],
    [['a', 'b'], ['c'], ['a', 'b', 'c']],
    [['a'], [], ['a']],
  ])('have what both have in the order of the applier: %j and %j', async (live, config, merged) => {
    expect(names(await applied(pod(live.map((name) => ({ name }))) as ApiObject, config))).toEqual(merged);
  });

  it('take time by their length', async () => {
    let reads = 0;
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      get name() {
        reads += 1;
        return `c${index}`;
      },
    }));
    expect(
      names(
        await applied(
          pod(many) as ApiObject,
          Array.from({ length: 1_000 }, (_, index) => `c${index}`),
        ),
      ),
    ).toHaveLength(1_000);
    expect(reads).toBeLessThan(many.length ** 2 / 10);
  });
});
