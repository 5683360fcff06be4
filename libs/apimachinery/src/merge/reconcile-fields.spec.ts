import type { FieldSchema, ObjectSchema, ValueSchema } from '../schema/object-schema';
import { reconcileFields } from './reconcile-fields';

const object = (...fields: FieldSchema[]): ObjectSchema => ({
  type: 'object',
  fields: new Map(fields.map((field) => [field.name, field])),
});
const map = (mapType?: 'atomic'): ValueSchema => ({ type: 'map', element: { type: 'string' }, mapType });
const spec = (value: ValueSchema): ObjectSchema => object({ name: 'spec', value: object({ name: 'at', value }) });

describe('Fields that were owned before a schema changed', () => {
  it('are owned whole as soon as their parts no longer are', () => {
    const parts = { 'f:spec': { 'f:at': { 'f:a': {}, 'f:b': {} } } };
    expect(reconcileFields(spec(map('atomic')), parts)).toEqual({ 'f:spec': { 'f:at': {} } });
    expect(reconcileFields(spec({ type: 'any' }), parts)).toEqual({ 'f:spec': { 'f:at': {} } });
  });

  it.each([
    ['that are still owned by their parts', map(), { 'f:spec': { 'f:at': { 'f:a': {} } } }],
    ['that were owned whole', map(), { 'f:spec': { 'f:at': {} } }],
    ['of any depth', { type: 'any', deduced: true } as const, { 'f:spec': { 'f:at': { 'f:a': { 'f:b': {} } } } }],
    ['that there are no more', map('atomic'), { 'f:spec': { 'f:gone': { 'f:a': {} } } }],
  ])('stay as they are: those %s', (_, value, fields) => {
    expect(reconcileFields(spec(value), fields)).toBe(fields);
  });
});
