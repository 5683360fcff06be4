import { Kinds, type Kind, type metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import { manageUpdate } from './managers';

describe('what is merged as a whole', () => {
  it.each([
    [
      'an owner, among others',
      { metadata: { ownerReferences: [{ uid: 'u', name: 'o' }] } },
      ['f:metadata', 'f:ownerReferences', 'k:{"uid":"u"}'],
    ],
    ['a selector', { spec: { selector: { matchLabels: { a: 'b' } } } }, ['f:spec', 'f:selector']],
  ])('is owned as a whole: %s', (_, object, path) => {
    const kind = Kinds.Deployment as Kind<ApiObject>;
    const [entry] =
      manageUpdate(kind, {}, object as ApiObject, { name: 'm', subresource: '', time: '<volatile>' }) ?? [];
    expect(entry?.fieldsV1).toHaveProperty(path, {});
  });
});

describe('the fields that an update owns', () => {
  const kind = Kinds.ConfigMap;
  const managed = (
    before: Parameters<typeof kind.codec.encode>[0],
    after: Parameters<typeof kind.codec.encode>[0],
    name: string,
  ): metav1.ManagedFieldsEntry[] | undefined =>
    manageUpdate(kind, before, after, { name, subresource: '', time: 't1' });
  const object = (
    data: Record<string, string>,
    managedFields?: metav1.ManagedFieldsEntry[],
  ): Parameters<typeof kind.codec.encode>[0] => ({
    metadata: { name: 'm', ...(managedFields ? { managedFields } : {}) },
    data,
  });
  const created = managed({ metadata: {} }, object({ a: '1', b: '1' }), 'one');

  it('go from whoever had them to the writer', () => {
    const entries = managed(object({ a: '1', b: '1' }, created), object({ a: '1', b: '2' }), 'two');
    expect(entries?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['one', { 'f:data': { '.': {}, 'f:a': {} } }],
      ['two', { 'f:data': { 'f:b': {} } }],
    ]);
  });

  it('are forgotten when they are removed', () => {
    const entries = managed(object({ a: '1', b: '1' }, created), object({ a: '1' }), 'two');
    expect(entries?.map(({ manager, fieldsV1 }) => [manager, fieldsV1])).toEqual([
      ['one', { 'f:data': { '.': {}, 'f:a': {} } }],
    ]);
  });

  it('stay as they are when nothing changes', () => {
    expect(managed(object({ a: '1', b: '1' }, created), object({ a: '1', b: '1' }), 'two')).toBe(created);
  });

  it('are nobody’s after a writer resets them', () => {
    expect(managed(object({ a: '1' }, created), object({ a: '1' }, [{}]), 'two')).toBeUndefined();
  });

  it('are nobody’s of an object that nobody owned anything of', () => {
    const stored = { ...object({}), metadata: { name: 'm', uid: 'u' } };
    expect(managed(stored, object({ a: '1' }), 'one')).toBeUndefined();
  });
});
