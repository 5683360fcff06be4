import type { Transform } from 'node:stream';
import { constants, createDeflate, createInflate, type Zlib } from 'node:zlib';
import { dictionary } from './dictionary';
import { numbers } from './frames';

export type Headers = ReadonlyMap<string, string>;

const options = { dictionary, flush: constants.Z_SYNC_FLUSH };

/**
 * Header blocks of one connection: those of each direction are compressed as one stream, flushed after each block, so
 * that blocks have to come in order and one at a time.
 */
export class HeaderCodec {
  private deflate: (Transform & Zlib) | undefined;
  private inflate: (Transform & Zlib) | undefined;

  async encode(headers: Headers): Promise<Buffer> {
    this.deflate ??= quiet(createDeflate(options));
    const texts = [...headers].flat().map((text) => Buffer.from(text, 'latin1'));
    const pairs = texts.flatMap((text) => [numbers(text.length), text]);
    return pass(this.deflate, Buffer.concat([numbers(headers.size), ...pairs]));
  }

  /** Throws when the block is damaged. */
  async decode(block: Uint8Array): Promise<Headers> {
    this.inflate ??= quiet(createInflate(options));
    const bytes = await pass(this.inflate, block);
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
    this.deflate?.close();
    this.inflate?.close();
  }
}

/** Who waits for a block hears of its error; afterwards nobody does. */
function quiet<T extends Transform>(stream: T): T {
  return stream.on('error', () => undefined);
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
