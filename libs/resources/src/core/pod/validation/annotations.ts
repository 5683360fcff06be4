import type { ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** Marks the pod of a file on its node. */
export const mirror = 'kubernetes.io/config.mirror';

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

const appArmor = 'container.apparmor.security.beta.kubernetes.io/';

const at = (key: string): string => `metadata.annotations[${key}]`;

/** Annotations of a pod, or of a template of pods, that mean something. As upstream's ValidatePodSpecificAnnotations. */
export function validatePodAnnotations(pod: corev1.PodTemplateSpec, path: string, to: ErrorList): void {
  const at = (key: string): string => `${path}[${key}]`;
  const annotations = pod.metadata?.annotations ?? {};
  const value = annotations[mirror];
  if (value !== undefined && !pod.spec?.nodeName)
    to.invalid(at(mirror), value, 'must set spec.nodeName if mirror pod annotation is set');
  const cost = annotations[deletionCost];
  if (cost !== undefined && !isCost(cost)) to.invalid(at(deletionCost), cost, 'must be a 32bit integer');
  const { containers, initContainers, ephemeralContainers } = pod.spec ?? {};
  const all = [...(containers ?? []), ...(initContainers ?? []), ...(ephemeralContainers ?? [])];
  const names = new Set(all.map(({ name }) => name));
  for (const [key, profile] of Object.entries(annotations)) {
    if (!key.startsWith(appArmor)) continue;
    const container = key.slice(appArmor.length);
    if (!names.has(container)) to.invalid(at(key), container, 'container not found');
    if (!/^$|^runtime\/default$|^unconfined$|^localhost\//.test(profile))
      to.invalid(at(key), profile, `invalid AppArmor profile name: ${JSON.stringify(profile)}`);
  }
}

/** A whole number of 32 bits, without a sign + or zeros before it. */
const isCost = (text: string): boolean => /^-?(0|[1-9]\d*)$/.test(text) && Number(text) === (Number(text) | 0);

/** What marks a pod as the mirror of a static one, or gives it a profile, stays as it is. */
export function validateAnnotationChanges(pod: corev1.Pod, old: corev1.Pod, to: ErrorList): void {
  const annotations = pod.metadata?.annotations ?? {};
  const before = old.metadata?.annotations ?? {};
  for (const [key, value] of Object.entries(before)) {
    if (annotations[key] === value) continue;
    if (key.startsWith(appArmor)) to.forbidden(at(key), 'may not remove or update AppArmor annotations');
    if (key === mirror) to.forbidden(at(key), 'may not remove or update mirror pod annotation');
  }
  for (const key of Object.keys(annotations)) {
    if (before[key] !== undefined) continue;
    if (key.startsWith(appArmor)) to.forbidden(at(key), 'may not add AppArmor annotations');
    if (key === mirror) to.forbidden(at(key), 'may not add mirror pod annotation');
  }
  validatePodAnnotations(pod, 'metadata.annotations', to);
}
