import type { corev1, metav1 } from '@skiff/contracts';

type Labels = Readonly<Record<string, string>>;

/**
 * Writes the pod's own values of `matchLabelKeys` and `mismatchLabelKeys` into the selectors
 * beside them, so that everybody who reads the pod sees what it is placed by. Pod affinity,
 * and since 1.34 topology spread; upstream's mutatePodAffinity and mutateTopologySpreadConstraints.
 */
export function mergeLabelKeys(pod: corev1.Pod): void {
  const labels = pod.metadata?.labels ?? {};
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  for (const affinity of [podAffinity, podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      if (podAffinityTerm) mergeInto(podAffinityTerm, labels);
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeInto(term, labels);
  }
  for (const constraint of pod.spec?.topologySpreadConstraints ?? []) mergeInto(constraint, labels);
}

interface Term {
  readonly labelSelector?: metav1.LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/** A term without a selector selects nothing, whatever its keys are. */
function mergeInto({ labelSelector, matchLabelKeys, mismatchLabelKeys }: Term, labels: Labels): void {
  if (!labelSelector) return;
  const merged = [...requirements(matchLabelKeys, 'In', labels), ...requirements(mismatchLabelKeys, 'NotIn', labels)];
  if (merged.length > 0) labelSelector.matchExpressions = [...(labelSelector.matchExpressions ?? []), ...merged];
}

function requirements(
  keys: readonly string[] | undefined,
  operator: string,
  labels: Labels,
): metav1.LabelSelectorRequirement[] {
  return (keys ?? []).flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
}
