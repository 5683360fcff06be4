import { Environment } from './environment';
import { compile } from './program';
import { boolType, dynType, intType, listType, mapType, objectType, stringType } from './types/type';
import { toHost } from './values/to-host';

const environment = new Environment({
  variables: {
    self: objectType('Thing', { n: intType, s: stringType, m: mapType(stringType, intType), l: listType(intType) }),
    object: dynType,
    flag: boolType,
  },
});
const self = { n: 3, s: 'abc', m: { a: 1 }, l: [1, 2, 3] };
const activation = { self, object: { spec: { n: 3, s: 'abc', nums: [1, 2], half: 0.5 } }, flag: true };

function result(text: string): unknown {
  const compilation = compile(text, environment);
  if (!('program' in compilation)) return compilation.message;
  const evaluation = compilation.program.evaluate(activation);
  if ('value' in evaluation) return toHost(evaluation.value);
  return 'error' in evaluation ? `error: ${evaluation.error.message}` : 'pending';
}

describe('compile and evaluate', () => {
  it.each([
    ['self.n < 10', true],
    ['self.n + 1 == 4 && self.s.startsWith("a")', true],
    ['self.l.all(x, x > 0)', true],
    ['self.l.map(x, x * 2)', [2, 4, 6]],
    ['self.l.filter(x, x % 2 == 1)', [1, 3]],
    ['self.l.exists_one(x, x == 2)', true],
    ['self.m.all(k, self.m[k] == 1)', true],
    ['has(self.n)', true],
    ['object.spec.n + 1', 4],
    ['object.spec.half + 0.5', 1],
    ['has(object.spec.nothing)', false],
    ['object.spec.nothing == 1', 'error: no such key: nothing'],
    ['flag || object.spec.nothing == 1', true],
    ['object.spec.nothing == 1 || flag', true],
    ['object.spec.nums[5] == 1', 'error: index out of bounds: 5'],
    ['1 / (object.spec.n - object.spec.n)', 'error: division by zero'],
    ['object.spec.s.startsWith(object.spec.n)', 'error: no such overload'],
    ['object.spec.n + object.spec.s == 2', 'error: no such overload'],
    ['9223372036854775807 + object.spec.n > 0', 'error: integer overflow'],
    ['object.?spec.?nothing.orValue(7)', 7],
    ['cel.bind(a, self.n, a + a)', 6],
    ['{"a": 1}.transformList(k, v, v)', [1]],
    ['[1, 2].transformMap(i, v, v * 10)', { 0: 10, 1: 20 }],
    ['optional.of(1).optMap(x, x + 1).value()', 2],
    ["duration('90m').getMinutes()", 90],
    ["timestamp('2024-02-03T04:05:06Z').getFullYear()", 2024],
    ["(timestamp('2024-02-03T04:05:06Z') + duration('1.5s'))", '2024-02-03T04:05:07.5Z'],
    ["type(1) == int && type('') == string", true],
    ['1 in [1, 2] && "a" in self.m', true],
  ])('%s', (text, expected) => {
    expect(result(text)).toEqual(expected);
  });

  it.each([
    [
      'self.nope(1)',
      "ERROR: <input>:1:10: undeclared reference to 'nope' (in container '')\n | self.nope(1)\n | .........^",
    ],
    ['self.', "ERROR: <input>:1:6: Syntax error: no viable alternative at input '.'\n | self.\n | .....^"],
    [
      '1 + 1.0 == 2.0',
      "ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, double)'\n | 1 + 1.0 == 2.0\n | ..^",
    ],
    ['has(self)', 'ERROR: <input>:1:5: invalid argument to has() macro\n | has(self)\n | ....^'],
    ['has(self.zzz)', "ERROR: <input>:1:4: undefined field 'zzz'\n | has(self.zzz)\n | ...^"],
  ])('refuses %s', (text, expected) => {
    expect(result(text)).toBe(expected);
  });
});
