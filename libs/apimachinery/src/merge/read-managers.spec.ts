import type { metav1 } from '@skiff/contracts';
import { isReset, readManagers } from './read-managers';

const entry = (fieldsV1: unknown, more: metav1.ManagedFieldsEntry = {}): metav1.ManagedFieldsEntry => ({
  manager: 'm',
  operation: 'Update',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: fieldsV1 as metav1.FieldsV1,
  ...more,
});

describe('managers that a client sent', () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { 'f:a': deep(levels - 1) });

  it('are read as they are', () => {
    const set = {
      'f:spec': { '.': {}, 'k:{"name":"a"}': { '.': {}, 'f:name': {} }, 'v:"x"': {}, 'i:3': {} },
      'f:': {},
    };
    expect(readManagers([entry(set)])).toEqual([entry(set)]);
  });

  it.each<[string, unknown, unknown]>([
    ['an element of another kind', { 'f:a': {}, 'x:a': { 'f:b': 1 } }, { 'f:a': {} }],
    ['what is below an element itself', { 'f:a': { '.': { 'f:b': {} } } }, { 'f:a': {} }],
    ['nothing below an element', { 'f:a': null }, { 'f:a': {} }],
    ['no set', undefined, {}],
  ])('are understood in part: %s', (_, sent, read) => {
    expect(readManagers([entry(sent)])?.map(({ fieldsV1 }) => fieldsV1)).toEqual([read]);
  });

  it.each<[string, metav1.ManagedFieldsEntry]>([
    ['a list', entry([' '])],
    ['a text', entry(' ')],
    ['a text below an element', entry({ 'f:a': ' ' })],
    ['a list below an element', entry({ 'f:a': [{}] })],
    ['no path element', entry({ a: {} })],
    ['a value that is no JSON', entry({ 'v:x': {} })],
    ['keys that are no object', entry({ 'k:[]': {} })],
    ['an index that is no number', entry({ 'i:a': {} })],
    ['a set that is too deep', entry(deep(2_000))],
    ['another operation', entry({}, { operation: 'Delete' })],
    ['no version', entry({}, { apiVersion: '' })],
    ['another type', entry({}, { fieldsType: 'FieldsV2' })],
  ])('are not read at all: %s', (_, sent) => {
    expect(readManagers([entry({ 'f:a': {} }), sent])).toBeUndefined();
  });

  it('ask to be forgotten', () => {
    expect([[], [{}], [{ manager: '' }]].map(isReset)).toEqual([true, true, true]);
    expect([[{}, {}], [{ fieldsType: 'FieldsV1' }], [entry({})]].map(isReset)).toEqual([false, false, false]);
  });
});
