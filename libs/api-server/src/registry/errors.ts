import type { Kind, metav1 } from '@skiff/contracts';
import { StatusError } from '@skiff/platform';
import { qualifiedResource } from './resource-definition';

type Named = Pick<Kind, 'group' | 'plural'>;

function details({ group, plural }: Named, name: string, more: metav1.StatusDetails = {}): metav1.StatusDetails {
  return { ...(name ? { name } : {}), ...(group ? { group } : {}), kind: plural, ...more };
}

/** Upstream's errors about one object, to the letter. */
export const notFound = (kind: Named, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${qualifiedResource(kind)} ${JSON.stringify(name)} not found`, details(kind, name));

export const alreadyExists = (kind: Named, name: string): StatusError =>
  new StatusError(
    409,
    'AlreadyExists',
    `${qualifiedResource(kind)} ${JSON.stringify(name)} already exists`,
    details(kind, name),
  );

export const conflict = (
  kind: Named,
  name: string,
  why = 'the object has been modified; please apply your changes to the latest version and try again',
): StatusError =>
  new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedResource(kind)} ${JSON.stringify(name)}: ${why}`,
    details(kind, name),
  );

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

export const methodNotAllowed = (verb: string, kind: Named): StatusError =>
  new StatusError(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${JSON.stringify(qualifiedResource(kind))}`,
    details(kind, ''),
  );

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A 422 with a cause for each mistake. */
export function invalid(kind: Pick<Kind, 'group' | 'kind'>, name: string, causes: readonly Cause[]): StatusError {
  const qualified = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  const messages = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const text = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${qualified} ${JSON.stringify(name)} is invalid: ${text}`, {
    ...(name ? { name } : {}),
    ...(kind.group ? { group: kind.group } : {}),
    kind: kind.kind,
    causes: causes.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}
