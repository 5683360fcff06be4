import type { ApiObject } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** What an event says that it is about: an object, or a part of one. */
export function toReference(
  about: ApiObject | corev1.ObjectReference,
  fieldPath: string | undefined,
): corev1.ObjectReference {
  const path = fieldPath ? { fieldPath } : {};
  if (!('metadata' in about) || !about.metadata) return { ...(about as corev1.ObjectReference), ...path };
  const { namespace, name = '', uid = '', resourceVersion } = about.metadata;
  return {
    kind: about.kind ?? '',
    apiVersion: about.apiVersion ?? '',
    ...(namespace ? { namespace } : {}),
    name,
    uid,
    ...(resourceVersion ? { resourceVersion } : {}),
    ...path,
  };
}
