import { badRequest } from '@skiff/apimachinery';
import { whyNoVersion } from '../registry/resource-version';

/** Where the next page of a list begins. */
export interface ContinueToken {
  /** The revision that all pages show. */
  readonly rv: bigint;
  /** The last key of the page before. */
  readonly after: string;
}

const version = 'meta.k8s.io/v1';

export const encodeToken = ({ rv, after }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: version, rv: String(rv), after })).toString('base64url');

/**
 * Reads a token that a client has sent back; throws BadRequest for one that is none of ours.
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/continue.go.
 */
export function decodeToken(text: string): ContinueToken {
  const { v = '', rv, after } = parse(text);
  if (v !== version) throw invalid(`server does not recognize this encoded version ${String(v)}`);
  if (typeof rv !== 'string' || whyNoVersion(rv) !== undefined || BigInt(rv) === 0n)
    throw invalid(`incorrect encoded start resourceVersion (version ${version})`);
  if (typeof after !== 'string' || after === '') throw invalid(`encoded start key empty (version ${version})`);
  return { rv: BigInt(rv), after };
}

function parse(text: string): { readonly v?: unknown; readonly rv?: unknown; readonly after?: unknown } {
  try {
    const token: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (typeof token === 'object' && token !== null) return token;
  } catch {
    // Not one of ours: told below.
  }
  throw invalid(whyNoToken(text));
}

const invalid = (why: string): Error => badRequest(`invalid continue token: continue key is not valid: ${why}`);

/** What Go says of a token that is no JSON in base64. */
function whyNoToken(text: string): string {
  const wrong = text.search(/[^A-Za-z0-9_-]/);
  if (wrong >= 0) return `illegal base64 data at input byte ${wrong}`;
  const [first] = Buffer.from(text, 'base64url').toString('latin1');
  if (first === undefined) return 'unexpected end of JSON input';
  if (first === '{') return 'it names no version and no key';
  return `invalid character '${first}' looking for beginning of value`;
}
