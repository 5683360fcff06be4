import { cloneJson } from './clone-json';

describe('a copy of JSON', () => {
  it('is equal and shares nothing', () => {
    const value = Object.freeze({ a: [1, { b: null }], c: 'text', d: undefined, e: Object.freeze({ f: true }) });
    const copy = cloneJson(value);
    expect(copy).toStrictEqual(value);
    expect(copy.a).not.toBe(value.a);
    expect(Object.isFrozen(copy.e)).toBe(false);
  });

  it('keeps a number that is an object', () => {
    const large = Object(5) as unknown;
    expect(cloneJson({ a: [large] }).a[0]).toBe(large);
  });

  it('keeps a field of the name __proto__', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as object;
    expect(JSON.stringify(cloneJson(value))).toBe(JSON.stringify(value));
    expect(Object.getPrototypeOf(cloneJson(value))).toBe(Object.prototype);
  });
});
