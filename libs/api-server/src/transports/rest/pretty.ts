import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** What people use to look at an API by hand. */
const handTools = /^(curl|Wget|Mozilla\/5\.0)/;
const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);

/**
 * Whether JSON is to be laid out for people: asked for in the query, or by a tool that people use.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/negotiation/negotiate.go.
 */
export function wantsPretty({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  if (url.includes('pretty')) {
    const asked = new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('pretty');
    if (asked) return truths.has(asked);
  }
  if (headers.accept?.includes('pretty=1')) return true;
  return handTools.test(headers['user-agent'] ?? '');
}

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const opening = new Set([0x7b, 0x5b]);
const closing = new Set([0x7d, 0x5d]);
const [space, newline] = [0x20, 0x0a];

/** Lays JSON without white space out, two spaces a level, byte by byte: numbers stay as they are. */
class Indenter {
  private depth = 0;
  private inText = false;
  private escaped = false;
  /** Nothing has come since the last bracket opened. */
  private empty = false;

  transform(bytes: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      const byte = bytes[index] ?? 0;
      if (this.inText) {
        this.text(byte);
        continue;
      }
      const isClosing = closing.has(byte);
      if (this.empty && !isClosing) parts.push(this.line());
      if (isClosing) {
        this.depth -= 1;
        parts.push(bytes.subarray(from, index), ...(this.empty ? [] : [this.line()]));
        from = index;
      }
      this.empty = false;
      if (byte === quote) this.inText = true;
      else if (opening.has(byte)) {
        this.depth += 1;
        this.empty = true;
        parts.push(bytes.subarray(from, index + 1));
        from = index + 1;
      } else if (byte === comma) {
        parts.push(bytes.subarray(from, index + 1), this.line());
        from = index + 1;
      } else if (byte === colon) {
        parts.push(bytes.subarray(from, index + 1), blank);
        from = index + 1;
      }
    }
    parts.push(bytes.subarray(from));
    return Buffer.concat(parts);
  }

  private text(byte: number): void {
    if (this.escaped) this.escaped = false;
    else if (byte === backslash) this.escaped = true;
    else if (byte === quote) this.inText = false;
  }

  private line(): Buffer {
    const line = Buffer.alloc(1 + 2 * this.depth, space);
    line[0] = newline;
    return line;
  }
}

const blank = Buffer.from(' ');

/** How much is laid out before others have their turn, in bytes. */
const sliceBytes = 1 << 18;

/** JSON laid out for people, without the line's end behind it. */
export async function prettyJson(body: Buffer): Promise<Buffer> {
  const end = body.at(-1) === newline ? body.length - 1 : body.length;
  const indenter = new Indenter();
  const parts: Buffer[] = [];
  for (let from = 0; from < end; from += sliceBytes) {
    if (from > 0) await setImmediate();
    parts.push(indenter.transform(body.subarray(from, Math.min(from + sliceBytes, end))));
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}
