import type { Kind } from '@skiff/contracts';
import { invalid, StatusError, type ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from '../cache/cached-object';
import { conflict } from './errors';
import { whyNoVersion } from './resource-version';

/** Which version, and which incarnation, of an object a writer means. */
export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Throws Conflict when an object is not the one that was meant. */
export function requirePreconditions(kind: Kind, current: ApiObject, preconditions: Preconditions | undefined): void {
  const { name = '', uid, resourceVersion } = current.metadata ?? {};
  // Here upstream names the kind, where other conflicts name the resource.
  const named = { group: kind.group, plural: kind.kind };
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    throw conflict(
      named,
      name,
      `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    throw conflict(
      named,
      name,
      `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
}

/** Upstream names the resource where other errors of this sort name the kind. */
const noVersion = ({ group, plural }: Kind, name: string): StatusError =>
  invalid({ group, kind: plural }, name, [
    {
      reason: 'FieldValueInvalid',
      message: 'Invalid value: 0: must be specified for an update',
      field: 'metadata.resourceVersion',
    },
  ]);

/**
 * A writer that names a version in the object means that one, and by a whole object the incarnation
 * that it names, too.
 */
export function requireIdentity(
  kind: Kind,
  current: CachedObject,
  wanted: ApiObject,
  {
    identified,
    requiresVersion,
  }: { readonly identified?: boolean | undefined; readonly requiresVersion?: boolean | undefined },
): void {
  const { name = '', ...present } = current.object.metadata ?? {};
  const { uid, resourceVersion } = wanted.metadata ?? {};
  if (identified && uid && uid !== present.uid)
    throw conflict(
      kind,
      name,
      `StorageError: invalid object, Code: 4, Key: ${current.key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present.uid}`,
    );
  if (!resourceVersion && requiresVersion) throw noVersion(kind, name);
  if (!resourceVersion || resourceVersion === present.resourceVersion) return;
  const invalid = whyNoVersion(resourceVersion);
  if (invalid !== undefined) throw new StatusError(500, '', invalid);
  throw conflict(kind, name);
}
