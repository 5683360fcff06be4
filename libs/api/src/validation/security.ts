import type { corev1 } from '@skiff/contracts';
import { child, type Problems } from './problems';

const idRange = 'must be between 0 and 2147483647, inclusive';

function validateId(id: number | undefined, path: string, to: Problems): void {
  if (id !== undefined && (id < 0 || id > 2147483647)) to.invalid(path, id, idRange);
}

function validateProfile(
  profile: corev1.SeccompProfile | corev1.AppArmorProfile | undefined,
  path: string,
  to: Problems,
): void {
  if (!profile) return;
  const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];
  const { type, localhostProfile } = profile;
  if (!type) to.required(child(path, 'type'), 'type is required when seccompProfile is set');
  else if (!types.includes(type)) to.notSupported(child(path, 'type'), type, types);
  if (type === 'Localhost') {
    if (!localhostProfile) to.required(child(path, 'localhostProfile'), 'must be set when seccomp type is Localhost');
  } else if (localhostProfile !== undefined)
    to.invalid(child(path, 'localhostProfile'), localhostProfile, 'can only be set when seccomp type is Localhost');
}

export function validateContainerSecurity(
  context: corev1.SecurityContext | undefined,
  pod: corev1.PodSpec,
  path: string,
  to: Problems,
): void {
  if (!context) return;
  validateId(context.runAsUser, child(path, 'runAsUser'), to);
  validateId(context.runAsGroup, child(path, 'runAsGroup'), to);
  if (context.procMount && context.procMount !== 'Default') {
    if (context.procMount !== 'Unmasked')
      to.notSupported(child(path, 'procMount'), context.procMount, ['Default', 'Unmasked']);
    else if (pod.hostUsers !== false)
      to.invalid(child(path, 'procMount'), context.procMount, '`hostUsers` must be false to use `Unmasked`');
  }
  validateProfile(context.seccompProfile, child(path, 'seccompProfile'), to);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      to.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
    if (context.capabilities?.add?.includes('SYS_ADMIN'))
      to.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
  }
}

export function validatePodSecurity(pod: corev1.PodSpec, path: string, to: Problems): void {
  const context = pod.securityContext;
  if (!context) return;
  validateId(context.fsGroup, child(path, 'fsGroup'), to);
  validateId(context.runAsUser, child(path, 'runAsUser'), to);
  validateId(context.runAsGroup, child(path, 'runAsGroup'), to);
  for (const [index, group] of (context.supplementalGroups ?? []).entries())
    validateId(group, `${child(path, 'supplementalGroups')}[${index}]`, to);
  if (pod.shareProcessNamespace && pod.hostPID)
    to.invalid(child(path, 'shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  const seen = new Set<string>();
  for (const [index, sysctl] of (context.sysctls ?? []).entries()) {
    const at = `${child(path, 'sysctls')}[${index}].name`;
    const name = sysctl.name ?? '';
    if (name === '') to.required(at);
    else if (!/^([a-z0-9][-_a-z0-9]*[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/i.test(name))
      to.invalid(
        at,
        name,
        'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      );
    else if (seen.has(name)) to.duplicate(at, name);
    seen.add(name);
  }
  if (context.fsGroupChangePolicy !== undefined && !['Always', 'OnRootMismatch'].includes(context.fsGroupChangePolicy))
    to.notSupported(child(path, 'fsGroupChangePolicy'), context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  validateProfile(context.seccompProfile, child(path, 'seccompProfile'), to);
}
