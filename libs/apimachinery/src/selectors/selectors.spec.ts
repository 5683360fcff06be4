import fc from 'fast-check';
import { fieldText, matchesFields, parseFieldSelector } from './field-selector';
import { formatLabelSelector, labelSelectorPredicate, parseLabelSelector } from './label-selector';
import { matchesRequirements } from './requirement';

const word = fc.stringMatching(/^[a-z]{1,4}$/);
const labels = fc.dictionary(word, word);

describe('A label selector', () => {
  const picks = (text: string, of: Record<string, string>): boolean =>
    matchesRequirements(parseLabelSelector(text), of);

  it.each([
    ['', {}, true],
    ['a', { a: '' }, true],
    ['a', {}, false],
    ['!a', {}, true],
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'c' }, false],
    ['a!=b', {}, true],
    ['a!=b', { a: 'b' }, false],
    ['a in (b, c)', { a: 'c' }, true],
    ['a in (b,c)', {}, false],
    ['a notin (b,c)', { a: 'd' }, true],
    ['a notin (b,c)', {}, true],
    ['a>5', { a: '6' }, true],
    ['a<5', { a: '6' }, false],
    ['x.io/a=b,!c', { 'x.io/a': 'b' }, true],
    ['a=', { a: '' }, true],
  ] satisfies [string, Record<string, string>, boolean][])('%p on %j: %p', (text, of, result) =>
    expect(picks(text, of)).toBe(result),
  );

  it.each(['a in b', 'a,,b', '=a', 'a in (b', '!a=b', 'a b'])('does not parse %p', (text) =>
    expect(() => parseLabelSelector(text)).toThrow(),
  );

  it('in its object form picks as it does in its written one', () => {
    fc.assert(
      fc.property(labels, labels, (matchLabels, of) => {
        const selector = { matchLabels };
        const all = Object.keys(matchLabels).length > 0 ? formatLabelSelector(selector) : '';
        expect(picks(all, of)).toBe(labelSelectorPredicate(selector)(of));
      }),
    );
  });

  it('picks nothing when it is absent, and everything when it is empty', () => {
    expect([labelSelectorPredicate(undefined)({}), labelSelectorPredicate({})({ a: 'b' })]).toEqual([false, true]);
  });

  it('names its expressions', () => {
    const matchExpressions = [
      { key: 'a', operator: 'In', values: ['b', 'c'] },
      { key: 'd', operator: 'DoesNotExist' },
    ];
    expect(formatLabelSelector({ matchExpressions })).toBe('a in (b,c),!d');
    expect(formatLabelSelector({})).toBe('<none>');
  });
});

describe('A field selector', () => {
  it('reads terms with both operators and escapes', () => {
    expect(parseFieldSelector('spec.nodeName=n,status.phase!=Failed,a==b\\,c')).toEqual([
      { field: 'spec.nodeName', operator: '=', value: 'n' },
      { field: 'status.phase', operator: '!=', value: 'Failed' },
      { field: 'a', operator: '=', value: 'b,c' },
    ]);
    expect(parseFieldSelector('')).toEqual([]);
    expect(() => parseFieldSelector('metadata.name')).toThrow("can't understand 'metadata.name'");
  });

  it('compares fields as text', () => {
    const pod = { spec: { hostNetwork: true }, status: {} };
    const holds = (text: string): boolean => matchesFields(parseFieldSelector(text), (name) => fieldText(pod, name));
    expect([holds('spec.hostNetwork=true'), holds('status.phase=Running'), holds('status.phase!=Running')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('takes back any value that is escaped', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const escaped = value.replace(/[\\,=]/g, '\\$&');
        const [term] = parseFieldSelector(`a=${escaped}`);
        expect(term?.value ?? '').toBe(value);
      }),
    );
  });
});
