import fc from 'fast-check';
import { Kinds, type Kind } from '@skiff/contracts';
import { text } from './values';

/** One request of HTTP, or the bytes of a whole connection. */
export interface Input {
  readonly over: 'http/1.1' | 'h2' | 'raw http/1.1' | 'raw h2' | 'grpc';
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Latin-1, so that a failure can be printed and sent again. */
  readonly body: string;
}

const kinds = (Object.values(Kinds) as Kind[]).filter(({ plural }) => plural !== '');
/** Kinds that others are made of, so that requests meet. */
const frequent = ['Pod', 'Deployment', 'Service', 'ConfigMap', 'Node'].map((name) => Kinds[name as keyof typeof Kinds]);

export const kind = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...kinds) },
  { weight: 1, arbitrary: fc.constantFrom(...(frequent as Kind[])) },
);

/** Names that repeat, so that requests meet. */
export const objectName = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'web') },
  { weight: 1, arbitrary: text },
);

export const latin1 = (bytes: Uint8Array | string): string => Buffer.from(bytes as string).toString('latin1');

/** Half of a surrogate pair cannot be encoded. */
export const encoded = (each: string): string => encodeURIComponent(each.replace(/\p{Surrogate}/gu, ''));

/** Bytes that went wrong on their way. */
export const damaged = (body: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(body) },
    { weight: 1, arbitrary: fc.nat(Math.max(body.length, 1)).map((end) => body.slice(0, end)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.nat(Math.max(body.length, 1)), fc.constantFrom('\0', '\xff', '{', '[', '"', ': ', '\n- ', '&a *a '))
        .map(([at, bad]) => body.slice(0, at) + bad + body.slice(at)),
    },
  );

export const anySelector = fc.oneof(
  fc.constantFrom('a=b', 'a in (b,c)', '!a', 'metadata.name=a', 'a in (', ',,', 'status.phase!=x', '(('),
  text,
  // nghttp2 carries 64 kB of headers.
  text.map((each) =>
    Array(500)
      .fill(`a!=${each.slice(0, 60)}`)
      .join(),
  ),
);
