import type { corev1 } from '@skiff/contracts';

/** What a pod may make its node read. */
export type Reference = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'serviceaccounts' | 'resourceclaims';

type Add = (resource: Reference, name: string | undefined) => void;

/** How the graph names an object. */
export const referenceTo = (resource: Reference, namespace: string, name: string): string =>
  `${resource}:${namespace}/${name}`;

/**
 * Every object that a pod's node has to read to run it, each once, as `referenceTo` names it.
 *
 * Upstream: plugin/pkg/auth/authorizer/node/graph.go AddPod, pkg/api/v1/pod/util.go
 */
export function podReferences(pod: corev1.Pod): string[] {
  const namespace = pod.metadata?.namespace ?? '';
  const found = new Set<string>();
  const add: Add = (resource, name) => {
    if (name) found.add(referenceTo(resource, namespace, name));
  };
  const spec = pod.spec ?? {};
  add('serviceaccounts', spec.serviceAccountName);
  for (const secret of spec.imagePullSecrets ?? []) add('secrets', secret.name);
  for (const container of [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ])
    addEnvironment(container, add);
  for (const volume of spec.volumes ?? []) addVolume(volume, pod.metadata?.name ?? '', add);
  addResourceClaims(pod, add);
  return [...found];
}

function addEnvironment({ env, envFrom }: Pick<corev1.Container, 'env' | 'envFrom'>, add: Add): void {
  for (const variable of env ?? []) {
    add('secrets', variable.valueFrom?.secretKeyRef?.name);
    add('configmaps', variable.valueFrom?.configMapKeyRef?.name);
  }
  for (const source of envFrom ?? []) {
    add('secrets', source.secretRef?.name);
    add('configmaps', source.configMapRef?.name);
  }
}

function addVolume(volume: corev1.Volume, podName: string, add: Add): void {
  add('secrets', volume.secret?.secretName);
  add('configmaps', volume.configMap?.name);
  add('persistentvolumeclaims', volume.persistentVolumeClaim?.claimName);
  if (volume.ephemeral) add('persistentvolumeclaims', `${podName}-${volume.name}`);
  for (const source of volume.projected?.sources ?? []) {
    add('secrets', source.secret?.name);
    add('configmaps', source.configMap?.name);
  }
  const secretRefs = [
    volume.azureFile?.secretName,
    volume.cephfs?.secretRef?.name,
    volume.cinder?.secretRef?.name,
    volume.csi?.nodePublishSecretRef?.name,
    volume.flexVolume?.secretRef?.name,
    volume.iscsi?.secretRef?.name,
    volume.rbd?.secretRef?.name,
    volume.scaleIO?.secretRef?.name,
    volume.storageos?.secretRef?.name,
  ];
  for (const name of secretRefs) add('secrets', name);
}

/** Claims by name, and those that were made for the pod, which its status names. */
function addResourceClaims({ spec, status }: corev1.Pod, add: Add): void {
  const made = new Map((status?.resourceClaimStatuses ?? []).map((claim) => [claim.name, claim.resourceClaimName]));
  for (const { name, resourceClaimName } of spec?.resourceClaims ?? []) {
    add('resourceclaims', resourceClaimName ?? made.get(name));
  }
  add('resourceclaims', status?.extendedResourceClaimStatus?.resourceClaimName);
}
