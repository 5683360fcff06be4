import fc from 'fast-check';
import type { ObjectSchema, ValueSchema } from '@skiff/apimachinery';

/** Text that has been trouble somewhere: numbers without an end, backtracking, names of JavaScript's own. */
const hostileTexts = [
  '1e999999999',
  '-1e-99999999',
  '9'.repeat(5_000),
  '',
  ' ',
  '\u0000',
  '\ud800',
  '漢字',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '%zz',
  `${'a'.repeat(20_000)}!`,
  `${'a.'.repeat(10_000)}`,
  "['".repeat(10_000),
  '-----BEGIN A-----\n'.repeat(2_000),
  '*/0 * * * *',
  '1970-01-01T00:00:00Z',
  '9223372036854775808',
  '10%',
  '0/0',
  '::ffff:1.2.3.4/129',
];

const plausibleTexts = [
  'a',
  'web',
  'default',
  'v1',
  'app',
  'http',
  'TCP',
  'IPv4',
  'Always',
  '10.0.0.1',
  'busybox',
  'x/y',
];

export const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...plausibleTexts) },
  { weight: 2, arbitrary: fc.constantFrom(...hostileTexts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

export const numbers = fc.oneof(
  fc.integer({ min: -2, max: 100 }),
  fc.constantFrom(2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 1e300, 0.5, 8080),
);

/** Any JSON, of any depth that a text of some kilobytes may have. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(null, [], {}, [null], { '': null }),
  fc.integer({ min: 1, max: 3_000 }).map((levels) => {
    let value: unknown = 1;
    for (let level = 0; level < levels; level += 1) value = level % 2 ? [value] : { a: value };
    return value;
  }),
);

/** More than what the server reads of a body: what is larger costs the fuzzer, and shows nothing. */
const mostCharacters = 4 << 20;

/** A list of one value, as often as it is wanted and a body can hold. */
export function repeated(value: unknown, count: number): unknown[] {
  const characters = JSON.stringify(value)?.length ?? 0;
  return Array(Math.max(1, Math.min(count, Math.floor(mostCharacters / (characters + 1))))).fill(value);
}

const many = (element: fc.Arbitrary<unknown>): fc.Arbitrary<unknown[]> =>
  fc.oneof(
    { weight: 12, arbitrary: fc.array(element, { maxLength: 3 }) },
    // Lists whose length is what hurts.
    {
      weight: 1,
      arbitrary: fc.tuple(element, fc.constantFrom(500, 2_000)).map(([one, count]) => repeated(one, count)),
    },
  );

const scalars: Readonly<Partial<Record<ValueSchema['type'], fc.Arbitrary<unknown>>>> = {
  string: text,
  bytes: fc.oneof(fc.base64String({ maxLength: 40 }), text),
  bool: fc.boolean(),
  quantity: fc.oneof(text, numbers, fc.constantFrom('1', '100m', '1Gi')),
  'int-or-string': fc.oneof(text, numbers),
  time: text,
  'micro-time': text,
  duration: text,
  any: anything,
  union: anything,
};

/** A value as its schema has it, with mistakes here and there. Deeper than `depth` it ends. */
function valueOf(schema: ValueSchema, depth: number): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'list':
      return many(valueOf(schema.element, depth));
    case 'map':
      return fc.dictionary(text, valueOf(schema.element, depth), { maxKeys: 3 });
    case 'object':
      return objectValue(schema, depth - 1);
    default:
      if ('enum' in schema && schema.enum) return fc.oneof(fc.constantFrom(...schema.enum), text);
      return scalars[schema.type] ?? numbers;
  }
}

/** The same for an object. */
export function objectValue(schema: ObjectSchema, depth: number): fc.Arbitrary<unknown> {
  const fields = [...schema.fields];
  if (depth <= 0 || fields.length === 0) return fc.constant({});
  const field = fc
    .constantFrom(...fields)
    .chain(([name, { value }]) =>
      fc.tuple(
        fc.constant(name),
        fc.oneof({ weight: 15, arbitrary: valueOf(value, depth) }, { weight: 1, arbitrary: anything }),
      ),
    );
  const required = fields.filter(([, known]) => known.required);
  return fc
    .tuple(fc.array(field, { maxLength: 5 }), ...required.map(([, { value }]) => valueOf(value, depth)))
    .map(([some, ...all]) => ({
      ...Object.fromEntries(required.map(([name], index) => [name, all[index]])),
      ...Object.fromEntries(some),
    }));
}
