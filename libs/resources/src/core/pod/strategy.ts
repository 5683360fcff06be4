import type { Strategy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { syncAppArmor } from './app-armor';
import { mergeLabelKeys } from './label-keys';
import { qosClass } from './qos';

/** Said from the first moment on of a pod that may not be scheduled yet. */
const gated: corev1.PodCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

/** Upstream's ResetObjectMetaForStatus: of metadata only the managers are new. */
function keepMetadata(pod: corev1.Pod, old: corev1.Pod): void {
  const managedFields = pod.metadata?.managedFields;
  pod.metadata = { ...old.metadata };
  if (managedFields) pod.metadata.managedFields = managedFields;
  else delete pod.metadata.managedFields;
}

function keepOwners(pod: corev1.Pod, old: corev1.Pod): void {
  const owners = old.metadata?.ownerReferences;
  pod.metadata = { ...pod.metadata, ...(owners ? { ownerReferences: owners } : {}) };
  if (!owners) delete pod.metadata.ownerReferences;
}

/** Containers as they were but for the resources that were sent for those of their name. */
function withResourcesOf(
  containers: readonly corev1.Container[] | null | undefined,
  sent: readonly corev1.Container[] | null | undefined,
): corev1.Container[] {
  const byName = new Map((sent ?? []).map(({ name, resources }) => [name, resources]));
  return (containers ?? []).map((container) => {
    const resources = byName.get(container.name);
    return resources ? { ...container, resources } : container;
  });
}

export const podStrategy: Strategy<corev1.Pod> = {
  /** What runs nowhere goes at once. */
  gracePeriod({ spec, status }, { gracePeriodSeconds }) {
    if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
    const asked = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
    return asked < 0 ? 1 : asked;
  },
  prepareForCreate(pod, { warn }) {
    pod.status = { phase: 'Pending', qosClass: qosClass(pod) };
    if (pod.spec?.schedulingGates?.length) pod.status.conditions = [gated];
    mergeLabelKeys(pod);
    syncAppArmor(pod, warn);
  },
  /** Who may write through a subresource changes what it is for, and nothing else. */
  prepareForUpdate(pod, old, subresource) {
    if (subresource === 'status') keepOwners(pod, old);
    if (subresource !== 'ephemeralcontainers' && subresource !== 'resize') return;
    const sent = pod.spec;
    pod.spec = { ...old.spec };
    keepMetadata(pod, old);
    if (subresource === 'resize') pod.spec.containers = withResourcesOf(pod.spec.containers, sent?.containers);
    else if (sent?.ephemeralContainers) pod.spec.ephemeralContainers = sent.ephemeralContainers;
    else delete pod.spec.ephemeralContainers;
  },
};
