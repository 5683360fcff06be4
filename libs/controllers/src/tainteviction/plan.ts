import { tolerates } from '@skiff/resources';
import type { corev1 } from '@skiff/contracts';
import { timeOf } from '../shared/pods';

/** The taints that evict. */
export function noExecuteTaints(node: corev1.Node | undefined): corev1.Taint[] {
  return (node?.spec?.taints ?? []).filter((taint) => taint.effect === 'NoExecute');
}

/**
 * When a pod has to leave its node (milliseconds since the epoch): at once for a taint
 * that it does not tolerate, when the shortest toleration ends, or never. A toleration
 * counts from when its taint was added; for a taint that does not say so, from `noticed`.
 * Of several tolerations for a taint the first counts.
 * Upstream: processPodOnNode of pkg/controller/tainteviction/taint_eviction.go.
 */
export function evictionTime(pod: corev1.Pod, taints: readonly corev1.Taint[], noticed: number): number | undefined {
  let deadline: number | undefined;
  for (const taint of taints) {
    const toleration = pod.spec?.tolerations?.find((candidate) => tolerates(candidate, taint));
    if (!toleration) return noticed;
    const { tolerationSeconds } = toleration;
    if (tolerationSeconds === undefined) continue;
    const ends = (timeOf(taint.timeAdded) || noticed) + Math.max(0, tolerationSeconds) * 1000;
    deadline = Math.min(deadline ?? Infinity, ends);
  }
  return deadline;
}
