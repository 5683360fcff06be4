/** Revision 0 stands for none. */
const header = 24;

/** What stands under a key now: three big-endian 64-bit integers, then the value. */
export interface StateRecord {
  readonly revision: bigint;
  readonly createRevision: bigint;
  /** 0 without one. */
  readonly lease: bigint;
  readonly value: Uint8Array;
}

export function encodeState(record: StateRecord): Buffer {
  const bytes = Buffer.allocUnsafe(header + record.value.length);
  bytes.writeBigUInt64BE(record.revision, 0);
  bytes.writeBigUInt64BE(record.createRevision, 8);
  bytes.writeBigUInt64BE(record.lease, 16);
  bytes.set(record.value, header);
  return bytes;
}

export function decodeState(bytes: Buffer): StateRecord {
  return {
    revision: bytes.readBigUInt64BE(0),
    createRevision: bytes.readBigUInt64BE(8),
    lease: bytes.readBigUInt64BE(16),
    value: bytes.subarray(header),
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

const logHeader = 19;

export function encodeLog(record: LogRecord): Buffer {
  const keyLength = Buffer.byteLength(record.key);
  const bytes = Buffer.allocUnsafe(logHeader + keyLength + record.value.length);
  bytes.writeUInt8(record.type === 'put' ? 1 : 2, 0);
  bytes.writeBigUInt64BE(record.previous, 1);
  bytes.writeBigUInt64BE(record.createRevision, 9);
  bytes.writeUInt16BE(keyLength, 17);
  bytes.write(record.key, logHeader);
  bytes.set(record.value, logHeader + keyLength);
  return bytes;
}

export function decodeLog(bytes: Buffer): LogRecord {
  const valueStart = logHeader + bytes.readUInt16BE(17);
  return {
    type: bytes.readUInt8(0) === 1 ? 'put' : 'delete',
    previous: bytes.readBigUInt64BE(1),
    createRevision: bytes.readBigUInt64BE(9),
    key: bytes.toString('utf8', logHeader, valueStart),
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
