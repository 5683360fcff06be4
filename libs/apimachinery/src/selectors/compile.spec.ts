import fc from 'fast-check';
import { compileFieldTerms, compileRequirements } from './compile';
import { matchesFields, parseFieldSelector } from './field-selector';
import { parseLabelSelector } from './label-selector';
import { matchesRequirements, type Operator, type Requirement } from './requirement';

const letter = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('', '1', '2', '3', 'x');
const operator = fc.constantFrom<Operator>('in', 'notin', '=', '!=', 'exists', '!', 'gt', 'lt');
const requirement: fc.Arbitrary<Requirement> = fc.record({
  key: letter,
  operator,
  values: fc.array(value, { minLength: 1, maxLength: 3 }),
});

describe('Selectors that are compiled', () => {
  it('match what their requirements match one by one', () => {
    fc.assert(
      fc.property(fc.array(requirement), fc.option(fc.dictionary(letter, value)), (requirements, labels) => {
        const own = labels ?? undefined;
        expect(compileRequirements(requirements)(own)).toBe(matchesRequirements(requirements, own));
      }),
    );
  });

  it('match what their terms match one by one', () => {
    const term = fc.record({ field: letter, operator: fc.constantFrom('=' as const, '!=' as const), value });
    fc.assert(
      fc.property(fc.array(term), fc.dictionary(letter, value), (terms, fields) => {
        const field = (name: string): string => fields[name] ?? '';
        expect(compileFieldTerms(terms)(field)).toBe(matchesFields(terms, field));
      }),
    );
  });

  it('look at a field once for all terms', () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `spec.nodeName!=n${index}`).join();
    const matches = compileFieldTerms(parseFieldSelector(text));
    let looks = 0;
    const field = (): string => {
      looks += 1;
      return 'other';
    };
    expect(matches(field)).toBe(true);
    expect(looks).toBe(1);
  });

  it('look at a label once for all requirements', () => {
    const text = Array.from({ length: 60_000 }, (_, index) => `!k${index}`).join();
    const matches = compileRequirements(parseLabelSelector(text));
    let looks = 0;
    const labels = new Proxy<Record<string, string>>(
      { a: 'b' },
      {
        get(target, key) {
          looks += 1;
          return Reflect.get(target, key) as unknown;
        },
      },
    );
    for (let object = 0; object < 1_000; object += 1) expect(matches(labels)).toBe(true);
    expect(looks).toBeLessThanOrEqual(1_000);
  });
});
