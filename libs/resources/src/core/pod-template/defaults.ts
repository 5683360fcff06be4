import type { corev1 } from '@skiff/contracts';
import { defaultPodSpec } from '../pod/defaults';

export function defaultTemplate(template: corev1.PodTemplateSpec | undefined): void {
  if (template?.spec) defaultPodSpec(template.spec);
}

export function defaultPodTemplate({ template }: corev1.PodTemplate): void {
  defaultTemplate(template);
}
