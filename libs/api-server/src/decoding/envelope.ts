import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

const magic = Buffer.from('k8s\0');

/** A message in REST's protobuf form: `k8s\0` and a runtime.Unknown that names its kind. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
}

export function isEnvelope(bytes: Uint8Array): boolean {
  return bytes.length >= magic.length && magic.equals(bytes.subarray(0, magic.length));
}

export function encodeEnvelope({ apiVersion, kind, raw }: Envelope): Buffer {
  const typeMeta = new BinaryWriter().uint32(10).string(apiVersion).uint32(18).string(kind).finish();
  const unknown = new BinaryWriter()
    .uint32(10)
    .bytes(typeMeta)
    .uint32(18)
    .bytes(raw)
    .uint32(26)
    .string('')
    .uint32(34)
    .string('')
    .finish();
  return Buffer.concat([magic, unknown]);
}

export function decodeEnvelope(bytes: Uint8Array): Envelope {
  const reader = new BinaryReader(bytes.subarray(magic.length));
  let typeMeta: Uint8Array = new Uint8Array(0);
  let raw: Uint8Array = new Uint8Array(0);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) typeMeta = reader.bytes();
    else if (field === 2) raw = reader.bytes();
    else reader.skip(wireType);
  }
  return { ...readTypeMeta(typeMeta), raw };
}

function readTypeMeta(bytes: Uint8Array): { apiVersion: string; kind: string } {
  const reader = new BinaryReader(bytes);
  const meta = { apiVersion: '', kind: '' };
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) meta.apiVersion = reader.string();
    else if (field === 2) meta.kind = reader.string();
    else reader.skip(wireType);
  }
  return meta;
}
