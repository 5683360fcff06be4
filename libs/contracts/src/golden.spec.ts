import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { apiVersionOf, Kinds, type Kind } from './index';

interface Pair {
  readonly what: string;
  readonly json: { readonly kind?: string; readonly apiVersion?: string; readonly items?: readonly unknown[] };
  /** Base64. */
  readonly protobuf: string;
}

const pairs = readFileSync(join(__dirname, 'fixtures/protobuf.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Pair);

/** What 1.35 shows otherwise than the recorded 1.20 does. */
function asOf135(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => asOf135(item));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    // Zero times and what has been dropped are left out.
    if ((name === 'creationTimestamp' && item === null) || name === 'selfLink') continue;
    result[name] = asOf135(item);
  }
  // Since 1.25 a StatefulSet always says how many are available.
  if (result['kind'] === 'StatefulSet') result['status'] = { availableReplicas: 0, ...(result['status'] as object) };
  return result;
}

const kindOf = ({ json }: Pair): Kind | undefined =>
  Object.values<Kind>(Kinds).find((kind) => kind.kind === json.kind && apiVersionOf(kind) === json.apiVersion);

/** The message in runtime.Unknown behind the four magic bytes. */
function raw(envelope: Buffer): Uint8Array {
  const reader = new BinaryReader(envelope.subarray(4));
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 2) return reader.bytes();
    reader.skip(wireType);
  }
  throw new RangeError('an envelope without a message');
}

describe('the protobuf of a Go server', () => {
  const known = pairs.filter(kindOf);

  it('covers most kinds', () => {
    expect(known.length).toBeGreaterThan(38);
  });

  it.each(known)('is read as its JSON: $what', (pair) => {
    const kind = kindOf(pair);
    if (!kind) throw new RangeError(pair.what);
    const bytes = raw(Buffer.from(pair.protobuf, 'base64'));
    const object = kind.codec.decode(bytes);
    const plain: unknown = JSON.parse(JSON.stringify(object));
    expect(plain).toEqual(asOf135(pair.json));
    expect(kind.codec.decode(kind.codec.encode(object).finish())).toEqual(object);
  });
});
