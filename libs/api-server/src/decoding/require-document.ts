import { badRequest, type ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import { kindText, noStruct } from './require-kind';
import { unrecognized } from './unrecognized';

/** As much of a body as an error quotes. */
const mostQuoted = 1_024;

/**
 * Throws BadRequest for a document that does not say of which kind it is, or is of another version: what has no type of
 * its own is known by nothing else. Whether it is of the right kind is a matter of validation.
 */
export function requireDocument(kind: Kind<ApiObject>, value: unknown, body: Buffer): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
    throw unrecognized(kind.kind, noStruct(found), body);
  }
  const document = value as { kind?: unknown; apiVersion?: unknown };
  const apiVersion = kindText(document.apiVersion, 'apiVersion', kind.kind, body);
  if (kindText(document.kind, 'kind', kind.kind, body) === '') {
    const text = body.toString('utf8').trim();
    const quoted = text.length > mostQuoted ? `${text.slice(0, mostQuoted)}...` : text;
    throw unrecognized(kind.kind, `Object 'Kind' is missing in '${quoted}'`, body);
  }
  if (apiVersion !== apiVersionOf(kind))
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(kind)})`,
    );
}
