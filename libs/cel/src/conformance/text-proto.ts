/** A message in protobuf's text form: the values of each field, in their order. */
export class TextMessage {
  readonly fields = new Map<string, TextValue[]>();

  /** The messages of a field. */
  messages(name: string): readonly TextMessage[] {
    return (this.fields.get(name) ?? []).filter((value) => value instanceof TextMessage);
  }

  message(name: string): TextMessage | undefined {
    return this.messages(name)[0];
  }

  /** The value of a field that is no message, as it is written; texts without their quotes. */
  scalar(name: string): string | undefined {
    const value = this.fields.get(name)?.[0];
    return value instanceof Uint8Array
      ? Buffer.from(value).toString()
      : value instanceof TextMessage
        ? undefined
        : value;
  }

  /** The bytes of a field that is a text. */
  bytes(name: string): Uint8Array | undefined {
    const value = this.fields.get(name)?.[0];
    return value instanceof Uint8Array ? value : undefined;
  }
}

/** Texts are bytes, since a field of bytes is written as a text. */
export type TextValue = string | Uint8Array | TextMessage;

const token = /\s*(?:#[^\n]*\n\s*)*("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|\[[\w./]+\]|[-+.\w]+|[^\s\w])?/gy;

/** Reads protobuf's text form. Throws for what is malformed. */
export function parseTextProto(text: string): TextMessage {
  return new Reader(text).message(undefined);
}

class Reader {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(text: string) {
    for (const [, found] of text.matchAll(token)) if (found !== undefined) this.tokens.push(found);
  }

  message(close: string | undefined): TextMessage {
    const message = new TextMessage();
    while (this.peek() !== close) {
      const name = this.take().replace(/^\[(.*)\]$/, '$1');
      const found = message.fields.get(name) ?? [];
      message.fields.set(name, found);
      if (this.peek() === ':') this.take();
      if (this.peek() === '[') found.push(...this.list());
      else found.push(this.value());
      if (this.peek() === ',' || this.peek() === ';') this.take();
    }
    if (close !== undefined) this.take();
    return message;
  }

  private list(): readonly TextValue[] {
    const values: TextValue[] = [];
    this.take();
    while (this.peek() !== ']') {
      values.push(this.value());
      if (this.peek() === ',') this.take();
    }
    this.take();
    return values;
  }

  private value(): TextValue {
    const found = this.take();
    if (found === '{') return this.message('}');
    if (found === '<') return this.message('>');
    if (!isQuoted(found)) return found;
    const parts = [unquote(found)];
    while (isQuoted(this.peek() ?? '')) parts.push(unquote(this.take()));
    return Buffer.concat(parts);
  }

  private peek(): string | undefined {
    return this.tokens[this.at];
  }

  private take(): string {
    const found = this.tokens[this.at++];
    if (found === undefined) throw new SyntaxError('the text ends too early');
    return found;
  }
}

const isQuoted = (found: string): boolean => found.startsWith('"') || found.startsWith("'");

const simple: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function unquote(text: string): Buffer {
  const parts: Buffer[] = [];
  const content = text.slice(1, -1);
  let from = 0;
  for (const found of content.matchAll(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([^]))/gu,
  )) {
    const [all, hex, short, long, octal, other = ''] = found;
    parts.push(Buffer.from(content.slice(from, found.index)));
    from = found.index + all.length;
    const point = short ?? long;
    if (hex !== undefined) parts.push(Buffer.of(parseInt(hex, 16)));
    else if (octal !== undefined) parts.push(Buffer.of(parseInt(octal, 8)));
    else if (point !== undefined) parts.push(Buffer.from(String.fromCodePoint(parseInt(point, 16))));
    else parts.push(Buffer.from(simple[other] ?? other));
  }
  parts.push(Buffer.from(content.slice(from)));
  return Buffer.concat(parts);
}
