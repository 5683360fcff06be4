import type { ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, type Kind, type metav1 } from '@skiff/contracts';

/** The owner reference that names an object's managing controller, if it has one. */
export function controllerOf(object: ApiObject): metav1.OwnerReference | undefined {
  return object.metadata?.ownerReferences?.find((reference) => reference.controller === true);
}

/** A reference to an owner that manages the object which carries it, as metav1.NewControllerRef. */
export function controllerReference(kind: Kind<ApiObject>, owner: ApiObject): metav1.OwnerReference {
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    name: owner.metadata?.name,
    uid: owner.metadata?.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}
