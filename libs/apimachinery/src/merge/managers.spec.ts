import type { corev1, metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import { messageSchema } from '../schema/message-schema';
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
    const schema = messageSchema('k8s.io.api.apps.v1.Deployment');
    const manager = { name: 'm', subresource: '', apiVersion: 'apps/v1', time: '<volatile>' };
    const [entry] = manageUpdate(schema, {}, object as ApiObject, manager) ?? [];
    expect(entry?.fieldsV1).toHaveProperty(path, {});
  });
});

describe('the fields that an update owns', () => {
  const schema = messageSchema('k8s.io.api.core.v1.ConfigMap');
  const managed = (
    before: corev1.ConfigMap,
    after: corev1.ConfigMap,
    name: string,
  ): metav1.ManagedFieldsEntry[] | undefined =>
    manageUpdate(schema, before, after, { name, subresource: '', apiVersion: 'v1', time: 't1' });
  const object = (data: Record<string, string>, managedFields?: metav1.ManagedFieldsEntry[]): corev1.ConfigMap => ({
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

  it('are nobody’s after a writer sends none, either', () => {
    expect(managed(object({ a: '1' }, created), object({ a: '1' }, []), 'two')).toBeUndefined();
  });

  it.each([[' '], { 'f:data': ' ' }])('stay as they are when what a writer sends cannot be read: %j', (fieldsV1) => {
    const sent = [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 }];
    const before = object({ a: '1', b: '1' }, created);
    expect(managed(before, object({ a: '1', b: '1' }, sent as metav1.ManagedFieldsEntry[]), 'two')).toBe(created);
  });

  it('are not taken from what is sent to a subresource', () => {
    const before = object({ a: '1' }, created);
    const manager = { name: 'two', subresource: 'status', apiVersion: 'v1', time: 't1' };
    expect(manageUpdate(schema, before, object({ a: '1' }, [{}]), manager)?.map((one) => one.manager)).toEqual(['one']);
  });

  it('are nobody’s of an object that nobody owned anything of', () => {
    const stored = { ...object({}), metadata: { name: 'm', uid: 'u' } };
    expect(managed(stored, object({ a: '1' }), 'one')).toBeUndefined();
  });
});
