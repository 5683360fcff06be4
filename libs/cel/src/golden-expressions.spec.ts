import { Environment } from './environment';
import { compile } from './program';
import type { OpenApiSchema } from './schema/openapi-schema';
import { schemaType } from './schema/schema-type';
import { dynType, optionalType, type Type } from './types/type';
import { toHost } from './values/to-host';

/** What the original answered to definitions with such rules; the schema is that of `self`. */
const text: OpenApiSchema = { type: 'string' };
const integer: OpenApiSchema = { type: 'integer' };
const objectOf = (properties: Readonly<Record<string, OpenApiSchema>>): OpenApiSchema => ({
  type: 'object',
  properties,
});

function messageOf(rule: string, schema: OpenApiSchema): string | undefined {
  const self = schemaType(schema, { name: 'selfType1' }) ?? dynType;
  const compilation = compile(rule, new Environment({ variables: { self, oldSelf: self } }));
  return 'program' in compilation ? undefined : compilation.message;
}

/** Upstream: recorded from apiextensions-apiserver 1.35.0. */
describe('what definitions are refused for', () => {
  const labels = objectOf({ b: text, status: { type: 'object', 'x-kubernetes-int-or-string': false } });
  it.each<[string, OpenApiSchema, string]>([
    ['self.', text, `ERROR: <input>:1:6: Syntax error: no viable alternative at input '.'\n | self.\n | .....^`],
    [
      'self +',
      text,
      `ERROR: <input>:1:7: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | self +\n | ......^`,
    ],
    [
      'self == 1',
      text,
      `ERROR: <input>:1:6: found no matching overload for '_==_' applied to '(string, int)'\n | self == 1\n | .....^`,
    ],
    ['other == 1', text, `ERROR: <input>:1:1: undeclared reference to 'other' (in container '')\n | other == 1\n | ^`],
    [
      'self.nope(1)',
      text,
      `ERROR: <input>:1:10: undeclared reference to 'nope' (in container '')\n | self.nope(1)\n | .........^`,
    ],
    [
      'self.startsWith(1)',
      text,
      `ERROR: <input>:1:16: found no matching overload for 'startsWith' applied to 'string.(int)'\n | self.startsWith(1)\n | ...............^`,
    ],
    [
      "'a",
      text,
      `ERROR: <input>:1:1: Syntax error: token recognition error at: ''a'\n | 'a\n | ^\nERROR: <input>:1:3: Syntax error: mismatched input '<EOF>' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}\n | 'a\n | ..^`,
    ],
    [
      'self in [1, 2]',
      text,
      `ERROR: <input>:1:6: found no matching overload for '@in' applied to '(string, list(int))'\n | self in [1, 2]\n | .....^`,
    ],
    ['has(self)', text, `ERROR: <input>:1:5: invalid argument to has() macro\n | has(self)\n | ....^`],
    [
      'self.matches("(")',
      text,
      `ERROR: <input>:1:14: invalid matches argument\n | self.matches("(")\n | .............^`,
    ],
    ['self.zzz == 1', labels, `ERROR: <input>:1:5: undefined field 'zzz'\n | self.zzz == 1\n | ....^`],
    ['has(self.zzz)', labels, `ERROR: <input>:1:4: undefined field 'zzz'\n | has(self.zzz)\n | ...^`],
    [
      'self.b > 3',
      labels,
      `ERROR: <input>:1:8: found no matching overload for '_>_' applied to '(string, int)'\n | self.b > 3\n | .......^`,
    ],
    [
      'self["b"] == "x"',
      labels,
      `ERROR: <input>:1:5: found no matching overload for '_[_]' applied to '(selfType1, string)'\n | self["b"] == "x"\n | ....^`,
    ],
    [
      'self.exists(x, x == 1)',
      { type: 'array', items: text },
      `ERROR: <input>:1:18: found no matching overload for '_==_' applied to '(string, int)'\n | self.exists(x, x == 1)\n | .................^`,
    ],
    [
      'self.all(k, self[k] > 1)',
      { type: 'object', additionalProperties: text },
      `ERROR: <input>:1:21: found no matching overload for '_>_' applied to '(string, int)'\n | self.all(k, self[k] > 1)\n | ....................^`,
    ],
    [
      'self.metadata.labels == {}',
      { type: 'object', 'x-kubernetes-embedded-resource': true },
      `ERROR: <input>:1:14: undefined field 'labels'\n | self.metadata.labels == {}\n | .............^`,
    ],
    [
      'self.a == self.b',
      objectOf({ a: objectOf({ x: text }), b: objectOf({ x: text }) }),
      `ERROR: <input>:1:8: found no matching overload for '_==_' applied to '(selfType1.a, selfType1.b)'\n | self.a == self.b\n | .......^`,
    ],
  ])('%s', (rule, schema, message) => {
    expect(messageOf(rule, schema)).toBe(message);
  });

  it('compares no value with an optional', () => {
    const self = schemaType(text) ?? dynType;
    const compilation = compile(
      'self == oldSelf',
      new Environment({ variables: { self, oldSelf: optionalType(self) } }),
    );
    expect('message' in compilation && compilation.message).toBe(
      `ERROR: <input>:1:6: found no matching overload for '_==_' applied to '(string, optional_type(string))'\n | self == oldSelf\n | .....^`,
    );
  });

  it.each<[string, OpenApiSchema]>([
    ['self.namespace == "x" && self.__namespace__ == "y"', objectOf({ namespace: text })],
    [
      'self.a__dash__b == 1 && self.a__dot__b == 2 && self.a__slash__b == 3 && self.a__underscores__b == 4 && self.__if__ == 5',
      objectOf({ 'a-b': integer, 'a.b': integer, 'a/b': integer, a__b: integer, if: integer }),
    ],
    ['type(self) == int', { 'x-kubernetes-int-or-string': true }],
    ['self.all(x, self.all(y, x == y))', { type: 'array', items: text }],
  ])('takes %s', (rule, schema) => {
    expect(messageOf(rule, schema)).toBeUndefined();
  });
});

/** Upstream: recorded from the admission policies of apiserver 1.35.0. */
describe('what policies compute', () => {
  const object = { spec: { n: 1, s: 'word', nums: [1, 2], map: { a: 'b' } }, metadata: { name: 'a' } };

  function answer(expression: string): unknown {
    const variables: Record<string, Type> = { object: dynType };
    const compilation = compile(expression, new Environment({ variables }));
    if (!('program' in compilation)) return compilation.message;
    const evaluation = compilation.program.evaluate({ object });
    if ('pending' in evaluation) return 'pending';
    return 'error' in evaluation ? evaluation.error.message : toHost(evaluation.value);
  }

  it.each([
    ['object.spec.nothing == 1', 'no such key: nothing'],
    ['object.spec.nums[5] == 1', 'index out of bounds: 5'],
    ['1 / (object.spec.n - object.spec.n) == 1', 'division by zero'],
    ['int(object.spec.s) == 1', "type conversion error from 'string' to 'int'"],
    ['object.spec.s.startsWith(object.spec.n)', 'no such overload'],
    ['object.spec.n + object.spec.s == 2', 'no such overload'],
    ["object.metadata.name != 'a' || dyn(object.spec.s)", 'no such overload'],
    ["object.spec.map['no'] == ''", 'no such key: no'],
    ["object.spec.s.matches(object.spec.s + '(')", 'error parsing regexp: missing closing ): `word(`'],
    ["duration(object.spec.s) > duration('1s')", "type conversion error from 'string' to 'google.protobuf.Duration'"],
    [
      'quantity(object.spec.s).isInteger()',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    ['object.spec.nums.all(x, x / (x - 1) > 0)', 'division by zero'],
    [
      "timestamp(object.spec.s) > timestamp('2020-01-01T00:00:00Z')",
      "type conversion error from 'string' to 'google.protobuf.Timestamp'",
    ],
    ['9223372036854775807 + object.spec.n > 0', 'integer overflow'],
    ['dyn(object.spec.s) < dyn(object.spec.n)', 'no such overload'],
    [
      "'%s is %d or %.2f, %b, %x, %e, %s'.format(['a', 1, 2.5, 5, 255, 1000.0, [1, 'b', {'c': null}]])",
      'a is 1 or 2.50, 101, ff, 1.000000\u202f×\u202f10⁰³, [1, "b", {"c":null}]',
    ],
    ["quantity('1.5').add(quantity('2')).asApproximateFloat()", 3.5],
    ["url('https://u:p@host:8080/a?b=c').getHost() + url('https://host:8080/a?b=c').getEscapedPath()", 'host:8080/a'],
    ["ip('127.0.0.1').isLoopback()", true],
    ["cidr('10.0.0.0/8').containsIP('10.1.2.3')", true],
    ["'abc 123 def 456'.findAll('[0-9]+').join('-')", '123-456'],
    ['[3, 1, 2].min() + [3, 1, 2].max() + [1, 2, 2].lastIndexOf(2)', 6],
    ['[1, 2].isSorted()', true],
    ['sets.contains([1, 2, 3], [2])', true],
    ["semver('1.2.3').isGreaterThan(semver('1.2.0'))", true],
    ["format.named('date').hasValue()", true],
    ["{'a': 1}.transformList(k, v, k + string(v)).join('')", 'a1'],
    ["object.spec.?nothing.orValue('fallback')", 'fallback'],
    ['object.?spec.?s.hasValue()', true],
    [
      "'hello'.charAt(1) + 'a-b'.split('-')[1] + ' x '.trim() + 'abc'.replace('b', 'z') + 'ABC'.lowerAscii() + 'hello'.substring(1, 3)",
      'ebxazcabcel',
    ],
    ["isQuantity('x')", false],
    ['[[1], [2]].flatten().size()', 2],
    [`strings.quote('a"b')`, String.raw`"a\"b"`],
    [
      "format.dns1123Label().validate('Bad_Name').value().join(' / ')",
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
    ["quantity('1.5Gi').compareTo(quantity('1500Mi'))", 1],
    ['optional.of(1).value()', 1],
  ])('%s', (expression, expected) => {
    expect(answer(expression)).toEqual(expected);
  });
});
