import { type ErrorList, same } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { mirror, validateAnnotationChanges } from './annotations';
import { validateEphemeralContainers } from './containers';
import { validateNarrowerNodeAffinity, validateNarrowerNodeSelector, validateOnlyFewerGates } from './gates';
import { validatePodOnly } from './pod';

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

function sameNumber(list: readonly unknown[] | null | undefined, old: readonly unknown[] | null | undefined): boolean {
  return (list?.length ?? 0) === (old?.length ?? 0);
}

/** The deadline may come, and may shrink. */
function validateDeadline(value: number | undefined, old: number | undefined, to: ErrorList): void {
  if (value !== undefined) {
    if (value < 0 || value > 2147483647)
      to.invalid('spec.activeDeadlineSeconds', value, 'must be between 0 and 2147483647, inclusive');
    else if (old !== undefined && old < value)
      to.invalid('spec.activeDeadlineSeconds', value, 'must be less than or equal to previous value');
  } else if (old !== undefined)
    to.invalid('spec.activeDeadlineSeconds', value, 'must not update from a positive integer to nil value');
}

function withImagesOf(
  containers: corev1.Container[] | null | undefined,
  old: corev1.Container[] | null | undefined,
): corev1.Container[] {
  return (containers ?? []).map((container, index) => {
    const image = old?.[index]?.image;
    const result = { ...container };
    delete result.image;
    return image === undefined ? result : { ...result, image };
  });
}

/** What becomes of the spec when every permitted change is taken back. */
function withoutPermittedChanges(spec: corev1.PodSpec, old: corev1.PodSpec, to: ErrorList): corev1.PodSpec {
  const result: corev1.PodSpec = { ...spec };
  result.containers = withImagesOf(result.containers, old.containers);
  if (result.initContainers) result.initContainers = withImagesOf(result.initContainers, old.initContainers);
  take(result, old, 'activeDeadlineSeconds');
  const kept = new Set((spec.tolerations ?? []).map(tolerationKey));
  if ((old.tolerations ?? []).some((toleration) => !kept.has(tolerationKey(toleration))))
    to.forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds');
  take(result, old, 'tolerations');
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    take(result, old, 'terminationGracePeriodSeconds');
  validateOnlyFewerGates(spec, old, 'spec.schedulingGates', to);
  take(result, old, 'schedulingGates');
  if (old.schedulingGates?.length) takeBackSteering(result, old, to);
  return result;
}

/** A gated pod may still be steered: where it may run can be narrowed. */
function takeBackSteering(result: corev1.PodSpec, old: corev1.PodSpec, to: ErrorList): void {
  validateNarrowerNodeSelector(result.nodeSelector ?? {}, old.nodeSelector ?? {}, 'spec.nodeSelector', to);
  take(result, old, 'nodeSelector');
  const { nodeAffinity, ...others } = result.affinity ?? {};
  const before = old.affinity?.nodeAffinity;
  validateNarrowerNodeAffinity(nodeAffinity, before, 'spec.affinity.nodeAffinity', to);
  const affinity: corev1.Affinity = { ...others, ...(before && { nodeAffinity: before }) };
  if (old.affinity || Object.keys(affinity).length > 0) result.affinity = affinity;
  else delete result.affinity;
}

/** Tolerations are the same for however long they hold. */
const tolerationKey = ({ key, operator, value, effect }: corev1.Toleration): string =>
  JSON.stringify([key, operator, value, effect]);

function take<K extends keyof corev1.PodSpec>(target: corev1.PodSpec, source: corev1.PodSpec, key: K): void {
  if (source[key] === undefined) delete target[key];
  else target[key] = source[key];
}

/** Of a field that differs, as people may want to read of it. */
const mostShown = 10_000;

/** The fields that differ, for people to read after the message. */
function difference(old: corev1.PodSpec, wanted: corev1.PodSpec): string {
  const keys = new Set([...Object.keys(old), ...Object.keys(wanted)] as (keyof corev1.PodSpec)[]);
  const lines: string[] = [];
  for (const key of [...keys].sort()) {
    if (same(old[key], wanted[key])) continue;
    if (old[key] !== undefined) lines.push(`-  "${key}": ${show(old[key])}`);
    if (wanted[key] !== undefined) lines.push(`+  "${key}": ${show(wanted[key])}`);
  }
  return lines.join('\n');
}

function show(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > mostShown ? `${text.slice(0, mostShown)} ...` : text;
}

/** A change of a pod's spec through the main resource; upstream's ValidatePodUpdate. */
export function validatePodUpdate(pod: corev1.Pod, old: corev1.Pod, to: ErrorList): void {
  validatePodOnly(pod, to);
  validateAnnotationChanges(pod, old, to);
  const spec = pod.spec ?? {};
  const before = old.spec ?? {};
  if (!sameNumber(spec.containers, before.containers)) {
    to.forbidden('spec.containers', 'pod updates may not add or remove containers');
    return;
  }
  if (!sameNumber(spec.initContainers, before.initContainers)) {
    to.forbidden('spec.initContainers', 'pod updates may not add or remove containers');
    return;
  }
  for (const list of ['containers', 'initContainers'] as const) validateImages(spec[list], `spec.${list}`, to);
  const known = to.count;
  validateDeadline(spec.activeDeadlineSeconds, before.activeDeadlineSeconds, to);
  if (to.count > known) return;
  const munged = withoutPermittedChanges(spec, before, to);
  if (!same(munged, before)) to.forbidden('spec', `${mayChange}\n${difference(before, munged)}\n`);
}

/** Images, which may change, are looked at once more than the rest. */
function validateImages(containers: readonly corev1.Container[] | null | undefined, path: string, to: ErrorList): void {
  for (const [index, { image = '' }] of (containers ?? []).entries()) {
    if (image === '') to.required(`${path}[${index}].image`);
    if (image.trim() !== image)
      to.invalid(`${path}[${index}].image`, image, 'must not have leading or trailing whitespace');
  }
}

/** Debugging containers may be added, and nothing else changed. */
export function validateEphemeralUpdate(pod: corev1.Pod, old: corev1.Pod, to: ErrorList): void {
  if (old.metadata?.annotations?.[mirror] !== undefined) {
    to.forbidden('', 'static pods do not support ephemeral containers');
    return;
  }
  const spec = pod.spec ?? {};
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name ?? '', volume]));
  const names = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ name }) => name ?? ''));
  validateEphemeralContainers({ spec, volumes, names }, 'spec.ephemeralContainers', to);
  const wanted = new Map((spec.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const container of old.spec?.ephemeralContainers ?? []) {
    const now = wanted.get(container.name);
    if (!now)
      to.forbidden(
        'spec.ephemeralContainers',
        `existing ephemeral containers "${container.name ?? ''}" may not be removed\n`,
      );
    else if (!same(now, container))
      to.forbidden(
        'spec.ephemeralContainers',
        `existing ephemeral containers "${container.name ?? ''}" may not be changed\n`,
      );
  }
}
