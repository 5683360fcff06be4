import { ErrorList } from '@skiff/apimachinery';
import type { Schema } from '../structure/structure';
import { compileListTypes } from './list-types';
import { compilePattern } from './pattern';
import { compileValidator } from './validator';

const told = ({ causes }: ErrorList): string[] => causes.map(({ field, message }) => `${field}: ${message}`);

function problems(schema: Schema, value: unknown, old?: unknown): string[] {
  const errors = new ErrorList();
  compileValidator(schema)(value, errors, { field: 'spec', old });
  return told(errors);
}

describe('validation by a schema', () => {
  const schema: Schema = {
    type: 'object',
    required: ['size'],
    properties: {
      size: { type: 'integer', minimum: 1, maximum: 9 },
      mode: { type: 'string', enum: ['on', 'off'] },
      name: { type: 'string', maxLength: 3, pattern: '^[a-z]+$' },
    },
  };

  it('accepts what is right', () => {
    expect(problems(schema, { size: 3, mode: 'on', name: 'abc' })).toEqual([]);
  });

  it.each([
    [{}, 'spec.size: Required value'],
    [{ size: 0 }, 'spec.size: Invalid value: 0: size in body should be greater than or equal to 1'],
    [{ size: 1, mode: 'x' }, 'spec.mode: Unsupported value: "x": supported values: "on", "off"'],
    [{ size: 'x' }, 'spec.size: Invalid value: "string": size in body must be of type integer: "string"'],
    [{ size: 1, name: 'abcd' }, 'spec.name: Too long: may not be more than 3 bytes'],
  ])('says what is wrong with %j in the words of upstream', (value, problem) => {
    expect(problems(schema, value)).toEqual([problem]);
  });

  it('lets what was wrong before, and does not change, pass', () => {
    expect(problems(schema, { size: 0, mode: 'on' }, { size: 0, mode: 'off' })).toEqual([]);
    expect(problems(schema, { size: 0, mode: 'x' }, { size: 0, mode: 'off' })).toHaveLength(1);
  });
});

describe('list types', () => {
  const check = (schema: Schema, value: unknown): string[] => {
    const errors = new ErrorList();
    compileListTypes(schema)?.(value, 'spec', errors);
    return told(errors);
  };

  it('find items that are there twice', () => {
    const list = (rest: object): Schema => ({ type: 'array', ...rest }) as Schema;
    const set = list({ items: { type: 'string' }, 'x-kubernetes-list-type': 'set' });
    expect(check(set, ['a', 'b', 'a'])).toEqual(['spec[2]: Duplicate value: "a"']);
    const keys = { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] };
    const map = list({ items: { type: 'object', properties: { k: { type: 'string' } } }, ...keys });
    expect(check(map, [{ k: 'a' }, { k: 'a', v: 1 }])).toEqual(['spec[1]: Duplicate value: {"k":"a"}']);
  });
});

describe('a pattern', () => {
  it('takes time in proportion to the text, whatever it is', () => {
    const test = compilePattern('^(a+)+$');
    const began = performance.now();
    expect(test(`${'a'.repeat(50_000)}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
