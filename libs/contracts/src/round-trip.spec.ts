import * as fc from 'fast-check';
import { integerOf } from './codecs/exact-integer';
import { parseJson, writeJson } from './codecs/exact-json';
import { Kinds, schemaJson, type Kind } from './index';

interface Field {
  readonly name: string;
  readonly type: string;
  readonly label?: 'list' | 'map';
  readonly inline?: boolean;
}

interface Message {
  readonly codec?: string;
  readonly fields: readonly Field[];
}

const messages = JSON.parse(schemaJson) as Record<string, Message>;

/** Scalars that are not zero, so that they are shown whatever the rules for zero are. */
const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: fc.string({ minLength: 1, unit: 'grapheme' }),
  int32: fc.integer({ min: 1 }),
  int64: fc.oneof(
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => integerOf(value || 1n)),
  ),
  bool: fc.constant(true),
  double: fc.integer({ min: 1, max: 1000 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => Buffer.from(bytes).toString('base64')),
};

const codecs: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  quantity: fc.constantFrom('1', '100m', '64Mi', '1500m', '3Gi'),
  'int-or-string': fc.oneof(fc.integer({ min: 1 }), fc.constantFrom('25%', 'http')),
  duration: fc.constantFrom('1s', '15m0s', '720h0m0s'),
  'raw-json': fc.constantFrom({ a: 1 }, { 'f:metadata': { 'f:labels': { '.': {} } } }),
  'string-list': fc.array(fc.constantFrom('a', 'b'), { minLength: 1 }),
};

const seconds = fc.integer({ min: 1, max: 4102444800 }).map((at) => new Date(at * 1000).toISOString());

function value(type: string, depth: number): fc.Arbitrary<unknown> | undefined {
  const scalar = scalars[type];
  if (scalar) return scalar;
  const message = messages[type];
  if (!message || depth <= 0) return undefined;
  if (message.codec === 'time')
    return type.endsWith('MicroTime')
      ? seconds.map((text) => text.replace('.000Z', '.000000Z'))
      : seconds.map((text) => text.replace('.000Z', 'Z'));
  if (message.codec !== undefined) return codecs[message.codec];
  return object(type, depth - 1);
}

function object(type: string, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const shape: Record<string, fc.Arbitrary<unknown>> = {};
  for (const field of messages[type]?.fields ?? []) {
    const one = value(field.type, depth);
    if (!one || field.inline) continue;
    if (field.label === 'list') shape[field.name] = fc.array(one, { minLength: 1, maxLength: 2 });
    else if (field.label === 'map')
      shape[field.name] = fc.dictionary(fc.constantFrom('a', 'b.c/d'), one, { minKeys: 1 });
    else shape[field.name] = one;
  }
  return fc.record(shape, { requiredKeys: [] });
}

/** The digits of integers that a number does not hold, which matchers do not tell from their neighbours. */
const largeIn = (value: unknown): string[] => (writeJson(value).match(/\d{16,}/g) ?? []).sort();

describe('JSON to bytes and back', () => {
  it.each(Object.entries<Kind>(Kinds))('is the identity for %s', (_name, { codec, message }) => {
    fc.assert(
      fc.property(object(message, 4), (json) => {
        const bytes = codec.encode(json).finish();
        const read = codec.decode(bytes);
        // All that was written is there; the rest is what a server always shows.
        expect(read).toMatchObject(json);
        expect(largeIn(read)).toEqual(largeIn(json));
        // Through JSON text and again through bytes nothing changes any more.
        const plain = parseJson(writeJson(read));
        const again = codec.decode(codec.encode(plain).finish());
        expect(again).toEqual(read);
        expect(largeIn(again)).toEqual(largeIn(json));
      }),
      { numRuns: 8, seed: 1 },
    );
  });
});
