import type { Kind } from '@skiff/contracts';
import * as status from '@skiff/apimachinery';
import { StatusError, type GroupResource } from '@skiff/apimachinery';

type Named = Pick<Kind, 'group' | 'plural'>;

const resourceOf = ({ group, plural }: Named): GroupResource => ({ group, resource: plural });

/** The platform's errors about objects, of a kind of the registry. */
export const notFound = (kind: Named, name: string): StatusError => status.notFound(resourceOf(kind), name);

export const alreadyExists = (kind: Named, name: string): StatusError => status.alreadyExists(resourceOf(kind), name);

/** The same for an object that is still there because something holds it back. */
export function stillDeleted(kind: Named, name: string): StatusError {
  const { code, reason, message, details } = alreadyExists(kind, name);
  return new StatusError(code, reason, `object is being deleted: ${message}`, details);
}

export const conflict = (kind: Named, name: string, why?: string): StatusError =>
  status.conflict(resourceOf(kind), name, why);
