import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { apiVersionOf, Kinds, type Kind } from './index';

/** One object with every field of its kind, in both encodings of upstream's compatibility data. */
interface Sample {
  readonly name: string;
  readonly json: { readonly kind: string; readonly apiVersion: string };
  /** Base64, with its envelope. */
  readonly protobuf: string;
}

const samples = readFileSync(join(__dirname, 'fixtures/objects.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Sample);

const kinds = Object.values<Kind>(Kinds);
const kindOf = ({ json }: Sample): Kind | undefined =>
  kinds.find((kind) => kind.kind === json.kind && apiVersionOf(kind) === json.apiVersion);

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

/** Options and messages of the protocol: no kinds that the registry has. */
const unstored = [
  ...['admission.k8s.io.v1.AdmissionReview', 'apidiscovery.k8s.io.v2.APIGroupDiscovery'],
  ...['core.v1.APIGroup', 'core.v1.APIVersions', 'core.v1.PodStatusResult', 'core.v1.RangeAllocation'],
  ...['core.v1.SerializedReference', 'core.v1.Status', 'core.v1.WatchEvent'],
  ...['Create', 'Delete', 'Get', 'List', 'NodeProxy', 'Patch', 'PodAttach', 'PodExec', 'PodLog', 'PodPortForward'].map(
    (name) => `core.v1.${name}Options`,
  ),
  ...['PodProxy', 'ServiceProxy', 'Update'].map((name) => `core.v1.${name}Options`),
].sort();

/** The server writes which kind an object within another one is of, which the bare type of upstream does not know. */
const embedded: Readonly<Record<string, (json: Readonly<Record<string, unknown>>) => void>> = {
  'apps.v1.StatefulSet': ({ spec }) => {
    const { volumeClaimTemplates = [] } = spec as { volumeClaimTemplates?: object[] };
    for (const claim of volumeClaimTemplates) Object.assign(claim, { kind: 'PersistentVolumeClaim', apiVersion: 'v1' });
  },
  'policy.v1.Eviction': ({ deleteOptions }) =>
    void Object.assign(deleteOptions as object, { kind: 'DeleteOptions', apiVersion: 'v1' }),
};

function expected({ name, json }: Sample): unknown {
  const copy = structuredClone(json) as unknown as Record<string, unknown>;
  embedded[name]?.(copy);
  return copy;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Every field of every kind', () => {
  const known = samples.flatMap((sample) => {
    const kind = kindOf(sample);
    return kind ? [{ name: sample.name, sample, kind }] : [];
  });

  it('is covered', () => {
    expect(
      samples
        .filter((sample) => !kindOf(sample))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(unstored);
    expect(known.length).toBeGreaterThan(60);
  });

  it.each(known)('is kept from protobuf to JSON: $name', ({ sample, kind }) => {
    expect(plain(kind.codec.decode(raw(Buffer.from(sample.protobuf, 'base64'))))).toEqual(expected(sample));
  });

  it.each(known)('is kept from JSON to protobuf: $name', ({ sample, kind }) => {
    const encoded = kind.codec.encode(plain(sample.json)).finish();
    expect(kind.codec.decode(encoded)).toEqual(kind.codec.decode(raw(Buffer.from(sample.protobuf, 'base64'))));
  });
});
