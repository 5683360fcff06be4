import type { ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, type metav1 } from '@skiff/contracts';
import type { GraphNode } from './graph';

/**
 * What to tell of an object whose owner lives in another namespace than it says; undefined for one that was not observed.
 * Upstream: reportInvalidNamespaceOwnerRef of pkg/controller/garbagecollector/graph_builder.go.
 */
export function foreignOwnerEvent(
  { kind, namespace, name, uid }: GraphNode,
  reference: metav1.OwnerReference,
): { readonly about: ApiObject; readonly message: string } | undefined {
  if (!kind) return undefined;
  const { apiVersion, kind: ownerKind, name: ownerName, uid: ownerUid } = reference;
  const owner = `[${apiVersion}/${ownerKind}, namespace: ${namespace ?? ''}, name: ${ownerName}, uid: ${ownerUid}]`;
  return {
    about: { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata: { namespace, name, uid } },
    message: `ownerRef ${owner} does not exist in namespace ${JSON.stringify(namespace ?? '')}`,
  };
}
