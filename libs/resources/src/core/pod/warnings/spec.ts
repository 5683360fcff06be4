import { repeated } from '@skiff/apimachinery';
import type { corev1, metav1 } from '@skiff/contracts';
import { warningsForAddress } from '../../../networking/address-warnings';
import { deprecationOf, warningsForNodeSelector, warningsForNodeTerm } from '../../node/label-warnings';
import { warningsForBytes } from './fractional-bytes';
import { placedContainers, warningsForContainer, warningsForPorts } from './containers';
import { warningsForVolumes } from './volumes';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';

const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

const matchesNothing = 'a null labelSelector results in matching no pod';

const oldAnnotations = [
  ['scheduler.alpha.kubernetes.io/critical-pod', 'non-functional in v1.16+; use the "priorityClassName" field instead'],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  ['security.alpha.kubernetes.io/unsafe-sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
] as const;

const seccompAnnotation = 'seccomp.security.alpha.kubernetes.io/pod';

function warningsForNodes({ nodeSelector, affinity }: corev1.PodSpec, path: string): string[] {
  const { [required]: needed, [preferred]: wished } = affinity?.nodeAffinity ?? {};
  const at = `${path}.affinity.nodeAffinity`;
  return [
    ...warningsForNodeSelector(nodeSelector, `${path}.nodeSelector`),
    ...(needed?.nodeSelectorTerms ?? []).flatMap((term, index) =>
      warningsForNodeTerm(term, false, `${at}.${required}.nodeSelectorTerms[${index}]`),
    ),
    ...(wished ?? []).flatMap((term, index) =>
      warningsForNodeTerm(term.preference, true, `${at}.${preferred}[${index}].preference`),
    ),
  ];
}

function warningsForSpread({ topologySpreadConstraints }: corev1.PodSpec, path: string): string[] {
  return (topologySpreadConstraints ?? []).flatMap(({ topologyKey, labelSelector }, index) => {
    const at = `${path}.topologySpreadConstraints[${index}]`;
    const message = deprecationOf(topologyKey);
    return [
      ...(message ? [`${at}.topologyKey: ${topologyKey} is ${message}`] : []),
      ...(labelSelector ? [] : [`${at}.labelSelector: ${matchesNothing}`]),
    ];
  });
}

function warningsForPodAffinity({ affinity }: corev1.PodSpec, path: string): string[] {
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap((name) => {
    const at = `${path}.affinity.${name}`;
    const { [required]: needed, [preferred]: wished } = affinity?.[name] ?? {};
    return [
      ...(needed ?? []).flatMap((term, index) =>
        term.labelSelector ? [] : [`${at}.${required}[${index}].labelSelector: ${matchesNothing}`],
      ),
      ...(wished ?? []).flatMap((term, index) =>
        term.podAffinityTerm?.labelSelector
          ? []
          : [`${at}.${preferred}[${index}].podAffinityTerm.labelSelector: ${matchesNothing}`],
      ),
    ];
  });
}

function duplicates(values: readonly string[], at: (index: number) => string, what: string): string[] {
  return Array.from(repeated(values), ([index, value]) => `${at(index)}: duplicate ${what} ${JSON.stringify(value)}`);
}

function warningsForLists({ hostAliases, imagePullSecrets, dnsConfig }: corev1.PodSpec, path: string): string[] {
  const addresses = (hostAliases ?? []).map(({ ip = '' }) => ip);
  const aliasAt = (index: number): string => `${path}.hostAliases[${index}].ip`;
  const names = (imagePullSecrets ?? []).map(({ name = '' }) => name);
  const secretAt = (index: number): string => `${path}.imagePullSecrets[${index}].name`;
  return [
    ...duplicates(addresses, aliasAt, 'ip'),
    ...addresses.flatMap((address, index) => warningsForAddress(aliasAt(index), address)),
    ...(dnsConfig?.nameservers ?? []).flatMap((address, index) =>
      warningsForAddress(`${path}.dnsConfig.nameservers[${index}]`, address),
    ),
    ...duplicates(names, secretAt, 'name'),
    ...names.flatMap((name, index) => (name === '' ? [`${secretAt(index)}: invalid empty name ""`] : [])),
  ];
}

function warningsForAnnotations(annotations: Readonly<Record<string, string>>, path: string): string[] {
  return oldAnnotations.flatMap(([key, text]) => (annotations[key] === undefined ? [] : [`${path}[${key}]: ${text}`]));
}

function warningsForOverhead(overhead: Readonly<Record<string, string>>, path: string): string[] {
  return ['memory', 'ephemeral-storage'].flatMap((name) => warningsForBytes(overhead[name], () => `${path}[${name}]`));
}

/**
 * What is worth knowing of a pod or a template of pods; `path` is empty for a pod. Every pod that is created comes
 * by here, and most have little of what is looked at. Upstream: pkg/api/pod/warnings.go.
 */
export function warningsForPodSpec(
  spec: corev1.PodSpec,
  metadata: metav1.ObjectMeta | undefined,
  path: string,
): string[] {
  const prefix = path === '' ? '' : `${path}.`;
  const [at, annotationsAt] = [`${prefix}spec`, `${prefix}metadata.annotations`];
  const annotations = metadata?.annotations ?? {};
  const { overhead, securityContext, affinity, volumes, terminationGracePeriodSeconds: grace = 0 } = spec;
  const context = { annotationsAt, isTemplate: path !== '' };
  const told: string[] = [];
  const tell = (found: readonly string[]): void => {
    for (const text of found) told.push(text);
  };
  if (spec.nodeSelector || affinity?.nodeAffinity) tell(warningsForNodes(spec, at));
  if (spec.topologySpreadConstraints) tell(warningsForSpread(spec, at));
  if (metadata?.annotations) tell(warningsForAnnotations(annotations, annotationsAt));
  if (volumes) tell(warningsForVolumes(volumes, `${at}.volumes`));
  if (spec.hostAliases || spec.imagePullSecrets || spec.dnsConfig) tell(warningsForLists(spec, at));
  if (overhead) tell(warningsForOverhead(overhead, `${at}.overhead`));
  if (!securityContext?.seccompProfile && annotations[seccompAnnotation] !== undefined)
    told.push(
      `${annotationsAt}[${seccompAnnotation}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
    );
  const containers = placedContainers(spec, at);
  for (const container of containers) tell(warningsForContainer(container, securityContext, annotations, context));
  tell(warningsForPorts(containers));
  if (grace < 0)
    told.push(
      `${at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  if (affinity) tell(warningsForPodAffinity(spec, at));
  return told;
}
