import fc from 'fast-check';
import { Environment } from './environment';
import { compile, defaultBudget } from './program';
import { dynType, intType, listType, mapType, objectType, stringType } from './types/type';
import { toHost } from './values/to-host';

const environment = new Environment({
  variables: {
    self: objectType('Thing', { n: intType, s: stringType, l: listType(intType), m: mapType(stringType, stringType) }),
    object: dynType,
  },
});
const activation = {
  self: { n: 3, s: 'abc', l: [3, 1, 2], m: { a: 'b' } },
  object: { spec: { n: 1, f: 0.5, s: 'x', none: null, l: [1, 'a', null, { b: [] }], '': 0, constructor: 1 } },
};

/** What becomes of a text: it is refused, or it is evaluated; nothing else may happen. */
function outcome(text: string, budget = 100_000): string {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) {
    expect(compilation.message).toMatch(/^ERROR: <input>:/);
    return 'refused';
  }
  const { program } = compilation;
  expect(program.estimate.min).toBeLessThanOrEqual(program.estimate.max);
  const evaluation = program.evaluate(activation, { budget });
  if ('pending' in evaluation) return 'pending';
  if ('error' in evaluation) {
    expect(typeof evaluation.error.message).toBe('string');
    return evaluation.error.message;
  }
  expect(evaluation.cost).toBeLessThanOrEqual(budget);
  return 'value';
}

/** Words of the language, so that what is made of them is often well formed. */
const words = fc.constantFrom(
  ...'( ) [ ] { } . , ? : ! - + * / % < <= == != >= > && || in "a" \'b\' b"c" r"\\d" 1 -1 0x1f 1u 1.5 1e3 true false null'.split(
    ' ',
  ),
  ...'self object self.n self.s self.l self.m object.spec object.spec.l x y size has all exists map filter bind cel'.split(
    ' ',
  ),
  ...'.?s [?0] .orValue(1) .map(x, .all(x, .filter(y, .matches( .format([ .split( .join( string( int( dyn( type('.split(
    ' ',
  ),
  ...[
    'optional.of(',
    '.optMap(x, ',
    'timestamp(',
    'duration(',
    'quantity(',
    'ip(',
    'cidr(',
    'url(',
    'semver(',
    '// c\n',
  ],
);

describe('any text', () => {
  it('is refused or evaluated', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        outcome(text);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is refused or evaluated if it is made of words of the language', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 30 }), fc.constantFrom('', ' '), (found, between) => {
        outcome(found.join(between));
      }),
      { numRuns: 10_000 },
    );
  });

  it('is refused where it is too long or too deep', () => {
    expect(compile('1'.repeat(100_001), environment)).toMatchObject({
      message: 'ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit 100000',
    });
    const tooDeep = { message: 'ERROR: <input>:-1:0: expression recursion limit exceeded: 250' };
    for (const text of [
      `${'('.repeat(300)}1${')'.repeat(300)}`,
      `${'['.repeat(300)}${']'.repeat(300)}`,
      `1${' + 1'.repeat(300)}`,
      `self${'.a'.repeat(300)}`,
      `${'true ? 1 : '.repeat(300)}1`,
      '('.repeat(99_999),
      '[{1:'.repeat(20_000),
    ])
      expect(compile(text, environment)).toMatchObject(tooDeep);
  });

  it('may be a long chain of conditions', () => {
    expect(outcome(Array.from({ length: 5_000 }, () => 'self.n > 1').join(' && '))).toBe('value');
    expect(outcome(`${'!'.repeat(50_000)}true`)).toBe('value');
    expect(outcome(`${'-'.repeat(50_000)}self.n`)).toBe('value');
  });

  it('costs linear time where nothing in it is closed', () => {
    const pieces = ['"', "'", '"""', "'''\\q", 'r"', '`', '/', '\\', '"\\', '|', '&', '=', '#', '0x', '1e', '\ud800'];
    for (const piece of pieces) {
      const compilation = compile(piece.repeat(Math.floor(99_999 / piece.length)), environment);
      expect('message' in compilation && compilation.message.length).toBeLessThan(1_000_000);
    }
  });
});

/** A list of so many elements. */
const long = `[${Array.from({ length: 1_000 }, (_, index) => String(index)).join(', ')}]`;

/** Names for values, each made of the one before, which is written `#`. */
function doubling(start: string, step: string, result: string, depth = 60): string {
  const bindings = Array.from({ length: depth }, (_, index) => {
    const value = index === 0 ? start : step.replaceAll('#', `v${String(index)}`);
    return `cel.bind(v${String(index + 1)}, ${value}, `;
  });
  return bindings.join('') + result.replaceAll('#', `v${String(depth)}`) + ')'.repeat(depth);
}

describe('an expensive expression', () => {
  const cutOff = 'operation cancelled: actual cost limit exceeded';

  it.each([
    ['loops within loops', `${long}.all(a, ${long}.all(b, ${long}.all(c, a + b + c >= 0)))`],
    ['lists made within loops', `${long}.map(a, ${long}.map(b, ${long}.map(c, a + b + c)))`],
    ['text that doubles', doubling("'0123456789'", '# + #', '#.size()')],
    ['text that is replaced by longer text', doubling("'aaaaaaaaaa'", "#.replace('a', 'aaaaaaaaaa')", '#.size()', 20)],
    ['text that is joined', doubling("'0123456789'", "[#, #, #, #].join(',')", '#.size()')],
    ['a list that doubles and is walked through', doubling('[1]', '# + #', '#.all(x, x == 1)')],
    ['a list that doubles and is compared', doubling('[1]', '# + #', '# == # + [1] || # + [1] == [1] + #')],
    ['a list that doubles and is added up', doubling('[1]', '# + #', '#.sum()')],
    ['a list that doubles and is sorted', doubling('[1]', '# + #', '#.sort()')],
    ['a list that doubles and is reversed', doubling('[1]', '# + #', '#.reverse()')],
    ['a list that doubles and is cut', doubling('[1]', '# + #', '#.slice(0, 1000000000)')],
    ['a list that doubles and is joined', doubling("['a']", '# + #', '#.join()')],
    ['a list that doubles and is shown', doubling("['a']", '# + #', "'%s'.format([#])")],
    ['a list that doubles and is looked through', doubling('[1]', '# + #', '2 in #')],
    ['a list that doubles and becomes a set', doubling('[1]', '# + #', 'sets.contains(#, #)')],
    ['a list of lists that share their parts', doubling('[dyn(1)]', '[dyn(#), dyn(#)]', 'dyn(#).flatten(100)', 40)],
    [
      'equal lists that share their parts',
      doubling('[[dyn(1)], [dyn(1)]]', '[[dyn(#[0]), dyn(#[0])], [dyn(#[1]), dyn(#[1])]]', '#[0] == #[1]', 40),
    ],
    ['a range', 'lists.range(1000000000).size() > 0'],
    ['a range beside others', "[1, 2, 3].all(x, 'a'.find('a') == 'a') && lists.range(400000).size() > 0"],
  ])('is cut off: %s', (_what, text) => {
    const compilation = compile(text, new Environment({ variables: {}, anyLiterals: true }));
    if (!('program' in compilation)) throw new Error(compilation.message.slice(0, 500));
    const evaluation = compilation.program.evaluate({}, { budget: defaultBudget / 4 });
    expect('error' in evaluation && evaluation.error.message).toBe(cutOff);
    expect('error' in evaluation && evaluation.error.fatal).toBe(true);
  });

  it('matches patterns in linear time', () => {
    const text = doubling("'aaaaaaaaaa'", '# + #', "#.matches('(a*)*(a*)*(a*)*b')", 14);
    expect(outcome(text, defaultBudget)).toBe('value');
  });

  it.each([
    ['a{1000}'.repeat(100), 'error parsing regexp: expression too large'],
    ['(((a{100}){100}){100})', 'error parsing regexp: expression too large'],
    [`(?i)${'[\\\\x{100}-\\\\x{ffff}]'.repeat(20)}`, 'error parsing regexp: expression too large'],
    ['\\\\pL{1000}', 'error parsing regexp: expression too large'],
    ['(a?){1000}a{1000}', cutOff],
    ['a{1000}', 'value'],
    ['((((a?){10}){10}){10})b', cutOff],
  ])('matches no pattern that takes seconds: %.30s', (pattern, expected) => {
    const text = doubling("'aaaaaaaaaa'", '# + #', `#.matches('' + '${pattern}')`, 12);
    expect(outcome(text, defaultBudget)).toBe(expected);
  });

  it('gives no result that is larger than memory', () => {
    const compilation = compile(doubling('[1]', '[#, #]', '#', 40), new Environment({ anyLiterals: true }));
    if (!('program' in compilation)) throw new Error(compilation.message.slice(0, 500));
    const evaluation = compilation.program.evaluate({});
    expect(() => 'value' in evaluation && toHost(evaluation.value)).toThrow(
      expect.objectContaining({ message: 'the result is too large' }),
    );
  });

  it('has a type that is no larger than the expression', () => {
    const compilation = compile(doubling('{1: 1}', '{#: #}', '#', 60), new Environment({ anyLiterals: true }));
    expect('program' in compilation || compilation.message.length).toBeTruthy();
  });

  it('is not helped by an operator that takes errors', () => {
    const endless = `${long}.all(a, ${long}.all(b, ${long}.all(c, a + b + c >= 0)))`;
    const compilation = compile(`${endless} || true`, environment);
    if (!('program' in compilation)) throw new Error(compilation.message);
    const evaluation = compilation.program.evaluate(activation, { budget: 10_000 });
    expect('error' in evaluation && evaluation.error.message).toBe(cutOff);
  });
});
