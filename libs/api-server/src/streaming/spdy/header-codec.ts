import { createDeflate, createInflate, constants, type Zlib } from 'node:zlib';
import type { Transform } from 'node:stream';
import { dictionary } from './dictionary';

export type Headers = ReadonlyMap<string, string>;

/** Header blocks of one direction of one connection: compressed as one stream, flushed after each block. */
export class HeaderCodec {
  readonly #deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  readonly #inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });

  async encode(headers: Headers): Promise<Buffer> {
    const texts = [...headers].flat().map((text) => Buffer.from(text, 'latin1'));
    return pass(
      this.#deflate,
      Buffer.concat([number(headers.size), ...texts.flatMap((text) => [number(text.length), text])]),
    );
  }

  /** Throws when the block is damaged. */
  async decode(block: Uint8Array): Promise<Headers> {
    const bytes = await pass(this.#inflate, block);
    let position = 0;
    const readNumber = (): number => {
      position += 4;
      return bytes.readUInt32BE(position - 4);
    };
    const readText = (): string => {
      const length = readNumber();
      position += length;
      return bytes.toString('latin1', position - length, position);
    };
    const headers = new Map<string, string>();
    for (let left = readNumber(); left > 0; left--) {
      const name = readText();
      headers.set(name, readText());
    }
    return headers;
  }

  close(): void {
    this.#deflate.close();
    this.#inflate.close();
  }
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Everything that comes out for what goes in. Blocks are small, so nothing has to be read meanwhile. */
function pass(stream: Transform & Zlib, input: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    stream.once('error', reject);
    stream.write(input, (error) => {
      stream.off('error', reject);
      if (error) return reject(error);
      const chunks: Buffer[] = [];
      for (let chunk = stream.read() as Buffer | null; chunk; chunk = stream.read() as Buffer | null)
        chunks.push(chunk);
      resolve(Buffer.concat(chunks));
    });
  });
}
