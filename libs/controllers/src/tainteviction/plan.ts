import { tolerates } from '@skiff/api';
import type { corev1 } from '@skiff/contracts';
import { timeOf } from '../shared/pods';

/** The taints that evict. */
export function noExecuteTaints(node: corev1.Node | undefined): corev1.Taint[] {
  return (node?.spec?.taints ?? []).filter((taint) => taint.effect === 'NoExecute');
}

/**
 * When a pod has to leave its node (milliseconds since the epoch): at once for a taint
 * that it does not tolerate, when the shortest toleration ends, or never.
 */
export function evictionTime(pod: corev1.Pod, taints: readonly corev1.Taint[], now: number): number | undefined {
  let deadline: number | undefined;
  for (const taint of taints) {
    const matching = (pod.spec?.tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return now;
    const limits = matching.flatMap(({ tolerationSeconds }) =>
      tolerationSeconds === undefined ? [] : [tolerationSeconds],
    );
    if (limits.length === 0) continue;
    const since = timeOf(taint.timeAdded) || now;
    const ends = since + Math.max(0, Math.min(...limits)) * 1000;
    deadline = Math.min(deadline ?? Infinity, ends);
  }
  return deadline;
}
