import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { controllerReference } from '../shared/owner-references';
import { podFromTemplate } from '../shared/pod-template';

/** The label with the name of the ControllerRevision that a pod was made from. */
export const revisionLabel = 'controller-revision-hash';
const podNameLabel = 'statefulset.kubernetes.io/pod-name';
const podIndexLabel = 'apps.kubernetes.io/pod-index';

/** The ordinal in the name of a set's pod; undefined for a pod of another name. */
export function ordinalOf(set: appsv1.StatefulSet, pod: corev1.Pod): number | undefined {
  const match = /^(.*)-(\d+)$/.exec(pod.metadata?.name ?? '');
  return match?.[1] === set.metadata?.name ? Number(match?.[2]) : undefined;
}

export function revisionOf(pod: corev1.Pod): string | undefined {
  return pod.metadata?.labels?.[revisionLabel];
}

function claimName(claim: corev1.PersistentVolumeClaim, pod: string): string {
  return `${claim.metadata?.name}-${pod}`;
}

/** The claims that a pod's volumes need: they outlive it, and bind its successor to the same data. */
export function claimsOf(set: appsv1.StatefulSet, pod: string): corev1.PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map((claim) => ({
    kind: 'PersistentVolumeClaim',
    apiVersion: 'v1',
    metadata: {
      ...claim.metadata,
      name: claimName(claim, pod),
      namespace: set.metadata?.namespace,
      labels: { ...claim.metadata?.labels, ...set.spec?.selector?.matchLabels },
    },
    spec: claim.spec,
  }));
}

/** The pod with an ordinal, from the template of a revision. */
export function buildPod(
  set: appsv1.StatefulSet,
  ordinal: number,
  template: corev1.PodTemplateSpec | undefined,
  revision: string,
): corev1.Pod {
  const name = `${set.metadata?.name}-${ordinal}`;
  const pod = podFromTemplate(template, {
    name: set.metadata?.name ?? '',
    namespace: set.metadata?.namespace,
    reference: controllerReference(Kinds.StatefulSet, set),
  });
  const claimed = set.spec?.volumeClaimTemplates ?? [];
  const others = (pod.spec?.volumes ?? []).filter(
    (volume) => !claimed.some((claim) => claim.metadata?.name === volume.name),
  );
  const volumes = [
    ...claimed.map((claim) => ({
      name: claim.metadata?.name,
      persistentVolumeClaim: { claimName: claimName(claim, name), readOnly: false },
    })),
    ...others,
  ];
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      name,
      labels: {
        ...pod.metadata?.labels,
        [revisionLabel]: revision,
        [podNameLabel]: name,
        [podIndexLabel]: String(ordinal),
      },
    },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(set.spec?.serviceName && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
}
