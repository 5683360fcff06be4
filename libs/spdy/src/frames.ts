/** Types of SPDY/3 control frames that matter here. */
export const frameType = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7, headers: 8 } as const;

/** The sender of the frame sends nothing more on its stream. */
export const finFlag = 1;

export type Frame =
  | { readonly kind: 'data'; readonly streamId: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

const headerLength = 8;
/** In bytes; no frame of kubectl's or a container runtime's is nearly as long. */
const longest = 1 << 22;

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);

  /** The frames that are complete with these bytes. Throws when they are no SPDY/3. */
  push(bytes: Buffer): Frame[] {
    this.pending = this.pending.length ? Buffer.concat([this.pending, bytes]) : bytes;
    const frames: Frame[] = [];
    for (;;) {
      if (this.pending.length < headerLength) return frames;
      const length = this.pending.readUIntBE(5, 3);
      if (length > longest) throw new Error(`a SPDY frame of ${length} bytes is too long`);
      if (this.pending.length < headerLength + length) return frames;
      frames.push(parse(this.pending.subarray(0, headerLength + length)));
      this.pending = this.pending.subarray(headerLength + length);
    }
  }
}

function parse(bytes: Buffer): Frame {
  const first = bytes.readUInt32BE(0);
  const flags = bytes.readUInt8(4);
  const payload = bytes.subarray(headerLength);
  if (first < 0x80000000) return { kind: 'data', streamId: first, flags, payload };
  const version = (first >>> 16) & 0x7fff;
  if (version !== 3) throw new Error(`SPDY version ${version} is not supported`);
  return { kind: 'control', type: first & 0xffff, flags, payload };
}

export function dataFrame(streamId: number, flags: number, payload: Uint8Array): Buffer {
  return frame(streamId, flags, payload);
}

export function controlFrame(type: number, flags: number, payload: Uint8Array): Buffer {
  return frame((0x80030000 | type) >>> 0, flags, payload);
}

function frame(first: number, flags: number, payload: Uint8Array): Buffer {
  const header = Buffer.alloc(headerLength);
  header.writeUInt32BE(first);
  header.writeUInt8(flags, 4);
  header.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([header, payload]);
}

/** Numbers of four bytes each. */
export function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
