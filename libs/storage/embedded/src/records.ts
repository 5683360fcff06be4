/** Revision 0 stands for none. */
const HEADER = 24;

/** What stands under a key now: three big-endian 64-bit integers, then the value. */
export interface StateRecord {
  readonly revision: bigint;
  readonly createRevision: bigint;
  /** 0 without one. */
  readonly lease: bigint;
  readonly value: Uint8Array;
}

export function encodeState(record: StateRecord): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER + record.value.length);
  bytes.writeBigUInt64BE(record.revision, 0);
  bytes.writeBigUInt64BE(record.createRevision, 8);
  bytes.writeBigUInt64BE(record.lease, 16);
  bytes.set(record.value, HEADER);
  return bytes;
}

export function decodeState(bytes: Buffer): StateRecord {
  return {
    revision: bytes.readBigUInt64BE(0),
    createRevision: bytes.readBigUInt64BE(8),
    lease: bytes.readBigUInt64BE(16),
    value: bytes.subarray(HEADER),
  };
}

/** What the write of one revision did. */
export interface LogRecord {
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** The revision of the version that it superseded; 0 when there was none. */
  readonly previous: bigint;
  readonly createRevision: bigint;
  /** Empty for a delete. */
  readonly value: Uint8Array;
}

const LOG_HEADER = 19;

export function encodeLog(record: LogRecord): Buffer {
  const keyLength = Buffer.byteLength(record.key);
  const bytes = Buffer.allocUnsafe(LOG_HEADER + keyLength + record.value.length);
  bytes.writeUInt8(record.type === 'put' ? 1 : 2, 0);
  bytes.writeBigUInt64BE(record.previous, 1);
  bytes.writeBigUInt64BE(record.createRevision, 9);
  bytes.writeUInt16BE(keyLength, 17);
  bytes.write(record.key, LOG_HEADER);
  bytes.set(record.value, LOG_HEADER + keyLength);
  return bytes;
}

export function decodeLog(bytes: Buffer): LogRecord {
  const valueStart = LOG_HEADER + bytes.readUInt16BE(17);
  return {
    type: bytes.readUInt8(0) === 1 ? 'put' : 'delete',
    previous: bytes.readBigUInt64BE(1),
    createRevision: bytes.readBigUInt64BE(9),
    key: bytes.toString('utf8', LOG_HEADER, valueStart),
    value: bytes.subarray(valueStart),
  };
}

export function encodeNumber(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

export function decodeNumber(bytes: Buffer): bigint {
  return bytes.readBigUInt64BE(0);
}
