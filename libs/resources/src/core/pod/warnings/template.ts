import { dns1123Label } from '@skiff/apimachinery';
import type { corev1, metav1 } from '@skiff/contracts';
import { warningsForPodSpec } from './spec';

interface Named {
  readonly metadata?: metav1.ObjectMeta | undefined;
}

/** Names of more than a label are allowed, and make odd names of hosts. */
export function warningsForName({ metadata }: Named, use: string): string[] {
  const found = dns1123Label(metadata?.name ?? '');
  if (found.length === 0) return [];
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${found.join(' ')}]`,
  ];
}

export const hosts = 'Pod names and hostnames';

export const warningsForTemplate = (template: corev1.PodTemplateSpec | undefined, path: string): string[] =>
  warningsForPodSpec(template?.spec ?? {}, template?.metadata, path);

interface Templated extends Named {
  readonly spec?: { readonly template?: corev1.PodTemplateSpec | undefined } | undefined;
}

/** Whether an object is new, or something else is asked of it than before. */
export const asksAnew = ({ metadata }: Named, old: Named | undefined): boolean =>
  !old || metadata?.generation !== old.metadata?.generation;

/** Of Deployments, ReplicaSets and ReplicationControllers. */
export function warningsForReplicated(object: Templated, old: Templated | undefined): string[] {
  return [...(old ? [] : warningsForName(object, hosts)), ...warningsForDaemonSet(object, old)];
}

export function warningsForDaemonSet(object: Templated, old: Templated | undefined): string[] {
  return asksAnew(object, old) ? warningsForTemplate(object.spec?.template, 'spec.template') : [];
}
