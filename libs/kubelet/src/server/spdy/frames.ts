/** Frames of SPDY 3.1, as far as streams of a container runtime need them. */

export const ControlType = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7 } as const;

export const finFlag = 1;

export type Frame =
  | { readonly kind: 'data'; readonly streamId: number; readonly fin: boolean; readonly data: Buffer }
  | { readonly kind: 'control'; readonly type: number; readonly flags: number; readonly payload: Buffer };

const headerBytes = 8;
const version = 3;
/** What a SYN_STREAM's header block starts with when it is the first of its connection: zlib without a dictionary. */
const zlibHeader = Buffer.from([0x78, 0x01]);

/** An empty stored block: a decompressor hands out what came before it without waiting for more. */
const flush = Buffer.from([0, 0, 0, 0xff, 0xff]);

export function dataFrame(streamId: number, data: Buffer, fin: boolean): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(streamId, 0);
  header.writeUInt32BE(((fin ? finFlag : 0) << 24) | data.length, 4);
  return Buffer.concat([header, data]);
}

export function controlFrame(type: number, flags: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(0x8000 | version, 0);
  header.writeUInt16BE(type, 2);
  header.writeUInt32BE(((flags << 24) | payload.length) >>> 0, 4);
  return Buffer.concat([header, payload]);
}

/**
 * Opens a stream. The header block has to be one zlib stream over the life of the
 * connection; it is written as stored blocks, which need neither a dictionary nor
 * a compressor that keeps state.
 */
export function synStreamFrame(streamId: number, headers: Readonly<Record<string, string>>, first: boolean): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt32BE(streamId, 0);
  const block = headerBlock(headers);
  const stored = Buffer.alloc(5);
  stored.writeUInt16LE(block.length, 1);
  stored.writeUInt16LE(~block.length & 0xffff, 3);
  const parts = first ? [fixed, zlibHeader, stored, block, flush] : [fixed, stored, block, flush];
  return controlFrame(ControlType.synStream, 0, Buffer.concat(parts));
}

function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const number = (value: number): Buffer => {
    const buffer = Buffer.alloc(4);
    buffer.writeUInt32BE(value);
    return buffer;
  };
  const text = (value: string): Buffer[] => [number(Buffer.byteLength(value)), Buffer.from(value)];
  const entries = Object.entries(headers);
  const pairs = entries.flatMap(([name, value]) => [...text(name.toLowerCase()), ...text(value)]);
  return Buffer.concat([number(entries.length), ...pairs]);
}

/** Cuts what arrives into frames. */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): Frame[] {
    this.pending = this.pending.length === 0 ? chunk : Buffer.concat([this.pending, chunk]);
    const frames: Frame[] = [];
    for (;;) {
      if (this.pending.length < headerBytes) return frames;
      const first = this.pending.readUInt32BE(0);
      const second = this.pending.readUInt32BE(4);
      const end = headerBytes + (second & 0xffffff);
      if (this.pending.length < end) return frames;
      const flags = second >>> 24;
      const payload = this.pending.subarray(headerBytes, end);
      this.pending = this.pending.subarray(end);
      if (first >>> 31 === 1) frames.push({ kind: 'control', type: first & 0xffff, flags, payload });
      else frames.push({ kind: 'data', streamId: first, fin: (flags & finFlag) !== 0, data: payload });
    }
  }
}
