import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** etcdserverpb.RangeRequest, as far as a store needs it. */
export interface RangeRequest {
  readonly key: Uint8Array;
  readonly rangeEnd?: Uint8Array;
  readonly limit?: number;
  readonly revision?: bigint;
  readonly countOnly?: boolean;
}

/** mvccpb.KeyValue. */
export interface KeyValue {
  key: Uint8Array;
  value: Uint8Array;
  createRevision: bigint;
  modRevision: bigint;
}

export interface RangeResponse {
  revision: bigint;
  entries: KeyValue[];
  more: boolean;
  count: number;
}

export type Change =
  | { readonly type: 'put'; readonly value: Uint8Array; readonly lease?: bigint | undefined }
  | { readonly type: 'delete' };

/** A change of one key that is done only while its revision is this one. */
export interface SwapRequest {
  readonly key: Uint8Array;
  /** 0 for a key that shall not exist. */
  readonly expectedRevision: bigint;
  readonly change: Change;
}

export interface SwapResponse {
  revision: bigint;
  succeeded: boolean;
  /** What stands there instead, when the change was not done. */
  current?: KeyValue | undefined;
}

export function encodeRange({ key, rangeEnd, limit, revision, countOnly }: RangeRequest): Uint8Array {
  const writer = new BinaryWriter().uint32(tag(1, 2)).bytes(key);
  if (rangeEnd) writer.uint32(tag(2, 2)).bytes(rangeEnd);
  if (limit) writer.uint32(tag(3, 0)).int64(limit);
  if (revision) writer.uint32(tag(4, 0)).int64(revision);
  if (countOnly) writer.uint32(tag(9, 0)).bool(true);
  return writer.finish();
}

const equal = 0;
const modRevision = 2;

/** A transaction: compare the key's revision, then change it, or else read it. */
export function encodeSwap({ key, expectedRevision, change }: SwapRequest): Uint8Array {
  const writer = new BinaryWriter();
  writer.uint32(tag(1, 2)).fork();
  writer.uint32(tag(1, 0)).int32(equal).uint32(tag(2, 0)).int32(modRevision);
  writer.uint32(tag(3, 2)).bytes(key).uint32(tag(6, 0)).int64(expectedRevision).join();
  writer.uint32(tag(2, 2)).fork();
  if (change.type === 'put') {
    writer.uint32(tag(2, 2)).fork().uint32(tag(1, 2)).bytes(key).uint32(tag(2, 2)).bytes(change.value);
    if (change.lease) writer.uint32(tag(3, 0)).int64(change.lease);
    writer.join();
  } else writer.uint32(tag(3, 2)).fork().uint32(tag(1, 2)).bytes(key).join();
  writer.join();
  writer.uint32(tag(3, 2)).fork().uint32(tag(1, 2)).fork().uint32(tag(1, 2)).bytes(key).join().join();
  return writer.finish();
}

export function decodeRange(bytes: Uint8Array): RangeResponse {
  const response: RangeResponse = { revision: 0n, entries: [], more: false, count: 0 };
  read(new BinaryReader(bytes), undefined, (field, reader) => {
    if (field === 1) response.revision = decodeHeader(reader);
    else if (field === 2) response.entries.push(decodeKeyValue(reader));
    else if (field === 3) response.more = reader.bool();
    else if (field === 4) response.count = Number(reader.int64());
    else return false;
    return true;
  });
  return response;
}

export function decodeSwap(bytes: Uint8Array): SwapResponse {
  const response: SwapResponse = { revision: 0n, succeeded: false };
  read(new BinaryReader(bytes), undefined, (field, reader) => {
    if (field === 1) response.revision = decodeHeader(reader);
    else if (field === 2) response.succeeded = reader.bool();
    else if (field === 3) response.current = decodeRead(reader) ?? response.current;
    else return false;
    return true;
  });
  return response;
}

const tag = (field: number, wireType: number): number => (field << 3) | wireType;

/** Visits the fields of a message that begins with its length, or ends with the bytes. */
function read(
  reader: BinaryReader,
  length: number | undefined,
  visit: (field: number, reader: BinaryReader) => boolean,
): void {
  const end = length === undefined ? reader.len : reader.pos + length;
  while (reader.pos < end) {
    const [field, wireType] = reader.tag();
    if (!visit(field, reader)) reader.skip(wireType);
  }
}

function decodeHeader(reader: BinaryReader): bigint {
  let revision = 0n;
  read(reader, reader.uint32(), (field) => {
    if (field !== 3) return false;
    revision = BigInt(reader.int64());
    return true;
  });
  return revision;
}

function decodeKeyValue(reader: BinaryReader): KeyValue {
  const entry: KeyValue = { key: empty, value: empty, createRevision: 0n, modRevision: 0n };
  read(reader, reader.uint32(), (field) => {
    if (field === 1) entry.key = reader.bytes();
    else if (field === 2) entry.createRevision = BigInt(reader.int64());
    else if (field === 3) entry.modRevision = BigInt(reader.int64());
    else if (field === 5) entry.value = reader.bytes();
    else return false;
    return true;
  });
  return entry;
}

const empty = new Uint8Array(0);

/** The entry in the response of a read inside a transaction; undefined for other responses. */
function decodeRead(reader: BinaryReader): KeyValue | undefined {
  let entry: KeyValue | undefined;
  read(reader, reader.uint32(), (field) => {
    if (field !== 1) return false;
    read(reader, reader.uint32(), (inner) => {
      if (inner !== 2) return false;
      entry ??= decodeKeyValue(reader);
      return true;
    });
    return true;
  });
  return entry;
}
