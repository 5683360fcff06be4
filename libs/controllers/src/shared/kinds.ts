import type { ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, Kinds, type Kind, type metav1 } from '@skiff/contracts';

/** Kinds that are not stored: answers of a node, or another view of stored objects. */
const notStored = new Set<Kind<ApiObject>>([
  Kinds.ComponentStatus,
  Kinds.NodeMetrics,
  Kinds.PodMetrics,
  Kinds.EventsEvent,
]);

/** Every kind whose objects can be listed and deleted. */
export const storedKinds: readonly Kind<ApiObject>[] = Object.values(Kinds).filter(
  (kind: Kind<ApiObject>) => kind.plural !== '' && kind.listCodec !== undefined && !notStored.has(kind),
);

const byName = new Map(storedKinds.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]));

/** The kind that a reference names; undefined for one that is not known, such as a custom resource. */
export function kindOfReference(reference: metav1.OwnerReference): Kind<ApiObject> | undefined {
  return byName.get(`${reference.apiVersion}/${reference.kind}`);
}
