import type { corev1 } from '@skiff/contracts';
import { warningsForPodSpec } from './spec';
import { warningsForName } from './template';

/** Nothing is told of changes, which programs make most of the time. */
export function warningsForPod(pod: corev1.Pod, old: corev1.Pod | undefined): string[] {
  if (old) return [];
  return [...warningsForName(pod, "the Pod's hostname"), ...warningsForPodSpec(pod.spec ?? {}, pod.metadata, '')];
}
