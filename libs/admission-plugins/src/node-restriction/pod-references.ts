import type { corev1 } from '@skiff/contracts';
import { podReferences, type Reference } from '@skiff/resources';

/** What volumes take from the API beyond what has a name in the pod, by the field that says so. */
const volumeFields = [
  ['csi', 'csidrivers (via CSI volumes)'],
  ['glusterfs', 'endpoints (via glusterFS volumes)'],
  ['persistentVolumeClaim', 'persistentvolumeclaims'],
  ['ephemeral', 'persistentvolumeclaims (via ephemeral volumes)'],
  ['azureFile', 'secrets (via azureFile volumes)'],
] as const;

/** The same of the sources of a projected volume. */
const projectedFields = [
  ['serviceAccountToken', 'serviceaccounts (via projected volumes)'],
  ['clusterTrustBundle', 'clustertrustbundles'],
  ['podCertificate', 'podcertificates'],
] as const;

/** In the order in which they are looked for. */
const named: readonly Reference[] = ['serviceaccounts', 'secrets', 'configmaps'];

/**
 * The resource of an object in the API that a pod refers to, in whatever place; undefined when it refers to none.
 *
 * Upstream: pkg/api/pod/util.go HasAPIObjectReference
 */
export function apiReference(pod: corev1.Pod): string | undefined {
  const references = podReferences(pod);
  const found = named.find((resource) => references.some((reference) => reference.startsWith(`${resource}:`)));
  if (found !== undefined) return found;
  return pod.spec?.resourceClaims?.length ? 'resourceclaims' : (pod.spec?.volumes ?? []).flatMap(ofVolume)[0];
}

function ofVolume(volume: corev1.Volume): string[] {
  return [
    ...volumeFields.flatMap(([field, words]) => (volume[field] ? [words] : [])),
    ...(volume.projected?.sources ?? []).flatMap((source) =>
      projectedFields.flatMap(([field, words]) => (source[field] ? [words] : [])),
    ),
  ];
}
