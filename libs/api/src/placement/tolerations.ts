import type { corev1 } from '@skiff/contracts';

/** Whether a toleration covers a taint. */
export function tolerates(toleration: corev1.Toleration, taint: corev1.Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  if (!toleration.key) return false;
  if (toleration.operator === 'Gt' || toleration.operator === 'Lt') {
    const bound = Number(toleration.value);
    const value = Number(taint.value);
    return toleration.operator === 'Gt' ? value > bound : value < bound;
  }
  return (toleration.value ?? '') === (taint.value ?? '');
}

/** The first taint of these effects that no toleration covers. */
export function untolerated(
  taints: readonly corev1.Taint[],
  tolerations: readonly corev1.Toleration[] | undefined,
  effects: readonly string[],
): corev1.Taint | undefined {
  return taints.find(
    (taint) => effects.includes(taint.effect ?? '') && !tolerations?.some((toleration) => tolerates(toleration, taint)),
  );
}

/** Effects that keep a pod from being placed. */
export const hardEffects = ['NoSchedule', 'NoExecute'] as const;
