import { SharedSets } from './field-set';

describe('Shared sets of fields', () => {
  const make = () => ({ 'f:b': {}, 'f:a': {} });

  it('are made once for what is alike', () => {
    const sets = new SharedSets();
    expect(sets.get('alike', make)).toBe(sets.get('alike', make));
    expect(Object.keys(sets.get('alike', make))).toEqual(['f:a', 'f:b']);
  });

  it('do not keep what is long, of which clients can make as much as they like', () => {
    const sets = new SharedSets();
    const long = 'x'.repeat(20_000);
    expect(sets.get(long, make)).not.toBe(sets.get(long, make));
    expect(Object.keys(sets.get(long, make))).toEqual(['f:a', 'f:b']);
  });
});
