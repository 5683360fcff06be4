import {
  child,
  dns1123Label,
  dns1123Subdomain,
  type ErrorList,
  isIP,
  oneOf,
  qualifiedName,
  validateAnnotations,
  validateLabels,
} from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validatePodAnnotations } from './annotations';
import {
  type PodContext,
  validateContainers,
  validateEphemeralContainers,
  validateImageNames,
  validateInitContainers,
} from './containers';
import { validateHostUsers, validateOperatingSystem } from './operating-system';
import { validateHostNetworkPorts } from './ports';
import { validatePodResources, validateResources } from './resources';
import { validateAffinity, validateTolerations } from './scheduling';
import { validatePodSecurity } from './security';
import { validateSpread } from './topology-spread';
import { validateVolumes } from './volumes';

const dnsPolicies = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];

const restartPolicies = ['Always', 'OnFailure', 'Never'];

function validateDns(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  const { dnsConfig, dnsPolicy } = spec;
  const at = child(path, 'dnsConfig');
  if (dnsPolicy === 'None' && !dnsConfig?.nameservers?.length) {
    if (!dnsConfig) to.required(at, 'must provide `dnsConfig` when `dnsPolicy` is None');
    else to.required(child(at, 'nameservers'), 'must provide at least one DNS nameserver when `dnsPolicy` is None');
  }
  const nameservers = dnsConfig?.nameservers ?? [];
  if (nameservers.length > 3)
    to.invalid(child(at, 'nameservers'), nameservers, 'must not have more than 3 nameservers');
  for (const [index, address] of nameservers.entries())
    validateAddress(address, `${child(at, 'nameservers')}[${index}]`, to);
  const searches = dnsConfig?.searches ?? [];
  if (searches.length > 32) to.invalid(child(at, 'searches'), searches, 'must not have more than 32 search paths');
  if (searches.join(' ').length > 2048)
    to.invalid(
      child(at, 'searches'),
      searches,
      'must not have more than 2048 characters (including spaces) in the search list',
    );
  for (const [index, search] of searches.entries()) {
    const domain = search === '.' ? '' : search.replace(/\.$/, '').replaceAll('_', '-');
    if (domain) to.all(`${child(at, 'searches')}[${index}]`, search, dns1123Subdomain(domain));
  }
  for (const [index, option] of (dnsConfig?.options ?? []).entries())
    if (!option.name) to.required(`${child(at, 'options')}[${index}]`, 'must not be empty');
}

export function validateAddress(address: string, path: string, to: ErrorList): void {
  if (isIP(address) === 0) to.invalid(path, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
}

/** Rules of a pod's spec, in a pod or, with more left for later, a template; upstream's ValidatePodSpec. */
function validatePodSpec(spec: corev1.PodSpec, isPod: boolean, path: string, to: ErrorList): void {
  const context: PodContext = {
    spec,
    volumes: validateVolumes(spec.volumes, child(path, 'volumes'), to),
    names: new Set(),
  };
  validateContainers(context, child(path, 'containers'), to);
  validateInitContainers(context, child(path, 'initContainers'), to);
  validateEphemeralContainers(context, child(path, 'ephemeralContainers'), to);
  validatePodResources(spec.resources, child(path, 'resources'), to);
  validateHostNetworkPorts(spec, isPod, child(path, 'containers'), to);
  oneOf(spec.restartPolicy, restartPolicies, child(path, 'restartPolicy'), to);
  oneOf(spec.dnsPolicy, dnsPolicies, child(path, 'dnsPolicy'), to);
  validateLabels(spec.nodeSelector, child(path, 'nodeSelector'), to);
  validatePodSecurity(spec, child(path, 'securityContext'), to);
  validateAffinity(spec.affinity, child(path, 'affinity'), to);
  validateDns(spec, path, to);
  for (const [index, gate] of (spec.readinessGates ?? []).entries()) {
    const name = gate.conditionType ?? '';
    to.all(`${child(path, 'readinessGates')}[${index}].conditionType`, name, qualifiedName(name));
  }
  validateSchedulingGates(spec, child(path, 'schedulingGates'), to);
  validateSpread(spec.topologySpreadConstraints, child(path, 'topologySpreadConstraints'), to);
  validateHostUsers(spec, path, to);
  validatePlacement(spec, path, to);
  if (spec.overhead) validateResources({ limits: spec.overhead }, child(path, 'overhead'), to);
  validateOperatingSystem(spec, path, to);
}

function validateSchedulingGates(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  const gates = new Set<string>();
  for (const [index, { name = '' }] of (spec.schedulingGates ?? []).entries()) {
    const at = `${path}[${index}]`;
    to.all(at, name, qualifiedName(name));
    if (gates.has(name)) to.duplicate(at, name);
    gates.add(name);
  }
}

function validatePlacement(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  const named = [
    ['serviceAccountName', dns1123Subdomain],
    ['nodeName', dns1123Subdomain],
  ] as const;
  for (const [name, rule] of named) {
    const value = spec[name];
    if (value) to.all(child(path, name), value, rule(value));
  }
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > 2147483647))
    to.invalid(child(path, 'activeDeadlineSeconds'), deadline, 'must be between 1 and 2147483647, inclusive');
  for (const name of ['hostname', 'subdomain'] as const)
    if (spec[name]) to.all(child(path, name), spec[name], dns1123Label(spec[name]));
  validateTolerations(spec.tolerations, child(path, 'tolerations'), to);
  for (const [index, alias] of (spec.hostAliases ?? []).entries()) {
    const at = `${child(path, 'hostAliases')}[${index}]`;
    validateAddress(alias.ip ?? '', child(at, 'ip'), to);
    for (const [position, name] of (alias.hostnames ?? []).entries())
      to.all(`${child(at, 'hostnames')}[${position}]`, name, dns1123Subdomain(name));
  }
  for (const name of ['priorityClassName', 'runtimeClassName'] as const)
    if (spec[name]) to.all(child(path, name), spec[name], dns1123Subdomain(spec[name]));
  const preemption = spec.preemptionPolicy;
  if (preemption !== undefined && !['PreemptLowerPriority', 'Never'].includes(preemption))
    to.notSupported(child(path, 'preemptionPolicy'), preemption, ['Never', 'PreemptLowerPriority']);
}

/** What only pods are checked for, and not the templates of others. */
export function validatePodOnly(pod: corev1.Pod, to: ErrorList): void {
  const spec = pod.spec ?? {};
  validatePodAnnotations(pod, 'metadata.annotations', to);
  validatePodSpec(spec, true, 'spec', to);
  if (!spec.serviceAccountName)
    for (const [index, volume] of (spec.volumes ?? []).entries())
      for (const [position, source] of (volume.projected?.sources ?? []).entries())
        if (source.serviceAccountToken)
          to.forbidden(
            `spec.volumes[${index}].projected.sources[${position}].serviceAccountToken`,
            'must not be specified when serviceAccountName is not set',
          );
  validateImageNames(spec, 'spec', to);
}

export function validatePodCreate(pod: corev1.Pod, to: ErrorList): void {
  validatePodOnly(pod, to);
  const spec = pod.spec ?? {};
  if (spec.ephemeralContainers?.length) to.forbidden('spec.ephemeralContainers', 'cannot be set on create');
  if (spec.nodeName && spec.schedulingGates?.length)
    to.forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
}

/** A template: labels, annotations and spec. The paths leave out `metadata`, as upstream's ValidatePodTemplateSpec does. */
export function validatePodTemplate(template: corev1.PodTemplateSpec | undefined, path: string, to: ErrorList): void {
  validateLabels(template?.metadata?.labels, `${path}.labels`, to);
  validateAnnotations(template?.metadata?.annotations, `${path}.annotations`, to);
  validatePodAnnotations(template ?? {}, `${path}.annotations`, to);
  validatePodSpec(template?.spec ?? {}, false, `${path}.spec`, to);
  if (template?.spec?.ephemeralContainers?.length)
    to.forbidden(`${path}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template');
}
