import { badRequest, type ApiObject, type StatusError } from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import type { Scheme } from './scheme';
import { unrecognized } from './unrecognized';

/** A text that says of which kind a document is; null is none. Throws BadRequest for another value. */
export function kindText(value: unknown, field: string, kind: string, body: Buffer): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw unrecognized(
    kind,
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go struct field .${field} of type string`,
    body,
  );
}

/** Why a document is no object of any kind. */
export const noStruct = (found: string): string =>
  `couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`;

/** Throws BadRequest for a document that says it is of another kind, or of another version. */
export function requireKind(
  kind: Kind<ApiObject>,
  value: unknown,
  body: Buffer,
  { scheme, readAlso = [] }: { readonly scheme: Scheme; readonly readAlso?: readonly string[] },
): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  const document = value as { kind?: unknown; apiVersion?: unknown };
  const apiVersion = kindText(document.apiVersion, 'apiVersion', kind.kind, body);
  const name = kindText(document.kind, 'kind', kind.kind, body);
  const expected = apiVersionOf(kind);
  if (name !== '' && name !== kind.kind) throw wrongKind(kind, name, apiVersion || expected, scheme);
  const group = (text: string): string => (text.includes('/') ? (text.split('/')[0] ?? '') : '');
  if (apiVersion !== '' && group(apiVersion) !== kind.group) throw wrongKind(kind, kind.kind, apiVersion, scheme);
  if (apiVersion !== '' && apiVersion !== expected && !readAlso.includes(apiVersion))
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
}

const internalPackages: Readonly<Record<string, string>> = { '': 'core', 'events.k8s.io': 'core' };

/** The package of upstream's server that a group's types are in, as errors name it. */
export const internalPackage = ({ group }: { readonly group: string }): string =>
  internalPackages[group] ?? group.split('.')[0] ?? '';

const versionIn = (apiVersion: string): string => apiVersion.split('/').pop() ?? '';

/** Why an object of another kind is not one of this kind. */
export function whyWrongKind(kind: Kind<ApiObject>, name: string, apiVersion: string, scheme: Scheme): string {
  const target = `${internalPackage(kind)}.${kind.kind}`;
  return scheme.find(name, apiVersion)
    ? `converting (${versionIn(apiVersion)}.${name}) to (${target}): unknown conversion`
    : `no kind ${JSON.stringify(name)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(scheme.name)}`;
}

export function wrongKind(kind: Kind<ApiObject>, name: string, apiVersion: string, scheme: Scheme): StatusError {
  const version = JSON.stringify(versionIn(apiVersion));
  return badRequest(
    `${name} in version ${version} cannot be handled as a ${kind.kind}: ${whyWrongKind(kind, name, apiVersion, scheme)}`,
  );
}
