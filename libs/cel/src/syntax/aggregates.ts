import type { Expr, MapEntry, StructField } from './ast';
import type { ExprBuilder } from './builder';
import type { TokenStream } from './token-stream';

/** What the parser lends to those who read a part of an expression. */
export interface Reader {
  readonly stream: TokenStream;
  readonly build: ExprBuilder;
  expression(): Expr;
}

/** `a.b.C{…}`: only a look ahead tells it from a selection. Undefined for what is none. */
export function readStruct({ stream, build, expression }: Reader, first: string): Expr | undefined {
  let ahead = 0;
  let name = first;
  while (stream.peek(ahead).text === '.' && stream.peek(ahead + 1).kind === 'identifier') {
    name += `.${stream.peek(ahead + 1).text}`;
    ahead += 2;
  }
  const open = stream.peek(ahead);
  if (open.kind !== 'operator' || open.text !== '{') return undefined;
  for (let count = 0; count <= ahead; count++) stream.take();
  const fields: StructField[] = [];
  while (!stream.is('}')) {
    fields.push(readField({ stream, build, expression }));
    if (!stream.accept(',')) break;
  }
  stream.expect('}');
  return build.struct(open.offset, name, fields);
}

function readField({ stream, build, expression }: Reader): StructField {
  const optional = stream.accept('?') !== undefined;
  const name = stream.next;
  if (name.kind !== 'identifier' && name.kind !== 'escaped')
    throw stream.unexpected('extraneous input', `{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}`);
  stream.take();
  const colon = stream.expect(':');
  const field = name.kind === 'escaped' ? name.text.slice(1, -1) : name.text;
  return build.field(colon.offset, field, expression(), optional);
}

export function readList({ stream, build, expression }: Reader): Expr {
  const open = stream.take();
  const elements: Expr[] = [];
  const optional = new Set<number>();
  while (!stream.is(']')) {
    if (stream.accept('?')) optional.add(elements.length);
    elements.push(expression());
    if (!stream.accept(',')) break;
  }
  stream.expect(']');
  return build.list(open.offset, elements, optional);
}

export function readMap({ stream, build, expression }: Reader): Expr {
  const open = stream.take();
  const entries: MapEntry[] = [];
  while (!stream.is('}')) {
    const optional = stream.accept('?') !== undefined;
    const key = expression();
    const colon = stream.expect(':');
    entries.push(build.entry(colon.offset, key, expression(), optional));
    if (!stream.accept(',')) break;
  }
  stream.expect('}');
  return build.map(open.offset, entries);
}

/** The arguments of a call, and the parenthesis after them. */
export function readArguments({ stream, expression }: Reader): readonly Expr[] {
  const found: Expr[] = [];
  if (!stream.is(')')) {
    do found.push(expression());
    while (stream.accept(','));
  }
  stream.expect(')');
  return found;
}
