import type { metav1 } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import { sameValue } from '../object/same-value';

/**
 * The managers of an object that was applied: those that it had, when nothing but their times would change.
 * Upstream: pkg/endpoints/handlers/fieldmanager/equality.go of apiserver.
 */
export function settleTimes(object: ApiObject, before: ApiObject): metav1.ManagedFieldsEntry[] | undefined {
  const managers = object.metadata?.managedFields;
  const known = before.metadata?.managedFields;
  if (!managers || managers.length !== known?.length) return managers;
  const same = managers.every((entry, index) => sameValue(timeless(entry), timeless(known[index] ?? {})));
  return same && sameValue(unmanaged(object), unmanaged(before)) ? known : managers;
}

const timeless = (entry: metav1.ManagedFieldsEntry): metav1.ManagedFieldsEntry => ({ ...entry, time: undefined });

function unmanaged(object: ApiObject): ApiObject {
  return { ...object, metadata: { ...object.metadata, managedFields: undefined, resourceVersion: undefined } };
}
