import type { corev1 } from '@skiff/contracts';
import { TolerationIndex } from './toleration-index';

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

/** Longer lists are looked up, since a pod may have tens of thousands that are held against every taint of every node. */
const longestSearched = 8;

const indexes = new WeakMap<readonly corev1.Toleration[], TolerationIndex>();

/** Whether one of the tolerations covers a taint. */
export function isTolerated(taint: corev1.Taint, tolerations: readonly corev1.Toleration[] | undefined): boolean {
  if (!tolerations) return false;
  if (tolerations.length <= longestSearched) return tolerations.some((toleration) => tolerates(toleration, taint));
  let index = indexes.get(tolerations);
  if (!index) indexes.set(tolerations, (index = new TolerationIndex(tolerations)));
  return index.covers(taint);
}

/** The first taint of these effects that no toleration covers. */
export function untolerated(
  taints: readonly corev1.Taint[],
  tolerations: readonly corev1.Toleration[] | undefined,
  effects: readonly string[],
): corev1.Taint | undefined {
  return taints.find((taint) => effects.includes(taint.effect ?? '') && !isTolerated(taint, tolerations));
}

/** Effects that keep a pod from being placed. */
export const hardEffects = ['NoSchedule', 'NoExecute'] as const;
