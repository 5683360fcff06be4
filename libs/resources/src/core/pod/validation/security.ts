import { child, type ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateLocalPath } from './volume-files';

const idRange = 'must be between 0 and 2147483647, inclusive';

function validateId(id: number | undefined, path: string, to: ErrorList): void {
  if (id !== undefined && (id < 0 || id > 2147483647)) to.invalid(path, id, idRange);
}

const profileTypes = ['Localhost', 'RuntimeDefault', 'Unconfined'];

function validateSeccomp(profile: corev1.SeccompProfile | undefined, path: string, to: ErrorList): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  const at = child(path, 'localhostProfile');
  if (!type) to.required(child(path, 'type'), 'type is required when seccompProfile is set');
  else if (!profileTypes.includes(type)) to.notSupported(child(path, 'type'), type, profileTypes);
  if (type === 'Localhost') {
    if (localhostProfile === undefined) to.required(at, 'must be set when seccomp type is Localhost');
    else validateLocalPath(localhostProfile, at, to);
  } else if (localhostProfile !== undefined) {
    const shown = { Type: type ?? '', LocalhostProfile: localhostProfile };
    to.invalid(at, shown, 'can only be set when seccomp type is Localhost');
  }
}

/** The longest path that Linux takes, but for the byte that ends it. */
const longestProfile = 4095;

function validateAppArmor(profile: corev1.AppArmorProfile | undefined, path: string, to: ErrorList): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  const at = child(path, 'localhostProfile');
  if (type === 'Localhost') {
    const trimmed = localhostProfile?.trim();
    if (localhostProfile !== trimmed) to.invalid(at, localhostProfile, 'must not be padded with whitespace');
    else if (!trimmed) to.required(at, 'must be set when AppArmor type is Localhost');
    if (Buffer.byteLength(localhostProfile ?? '') > longestProfile) to.tooLong(at, longestProfile);
  } else if (!type) to.required(child(path, 'type'), 'type is required when appArmorProfile is set');
  else if (!profileTypes.includes(type)) to.notSupported(child(path, 'type'), type, profileTypes);
  else if (localhostProfile !== undefined)
    to.invalid(at, localhostProfile, 'can only be set when AppArmor type is Localhost');
}

export function validateContainerSecurity(
  context: corev1.SecurityContext | undefined,
  pod: corev1.PodSpec,
  path: string,
  to: ErrorList,
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
  validateSeccomp(context.seccompProfile, child(path, 'seccompProfile'), to);
  if (context.allowPrivilegeEscalation === false) {
    if (context.privileged)
      to.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
    if (context.capabilities?.add?.includes('SYS_ADMIN'))
      to.invalid(path, context, 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
  }
  validateAppArmor(context.appArmorProfile, child(path, 'appArmorProfile'), to);
}

export function validatePodSecurity(pod: corev1.PodSpec, path: string, to: ErrorList): void {
  const context = pod.securityContext;
  if (!context) return;
  validateId(context.fsGroup, child(path, 'fsGroup'), to);
  validateId(context.runAsUser, child(path, 'runAsUser'), to);
  validateId(context.runAsGroup, child(path, 'runAsGroup'), to);
  for (const [index, group] of (context.supplementalGroups ?? []).entries())
    validateId(group, `${child(path, 'supplementalGroups')}[${index}]`, to);
  if (pod.shareProcessNamespace && pod.hostPID)
    to.invalid(child(path, 'shareProcessNamespace'), true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  validateSysctls(context, pod, child(path, 'sysctls'), to);
  if (context.fsGroupChangePolicy !== undefined && !['Always', 'OnRootMismatch'].includes(context.fsGroupChangePolicy))
    to.notSupported(child(path, 'fsGroupChangePolicy'), context.fsGroupChangePolicy, ['Always', 'OnRootMismatch']);
  validateSeccomp(context.seccompProfile, child(path, 'seccompProfile'), to);
  validateAppArmor(context.appArmorProfile, child(path, 'appArmorProfile'), to);
  for (const [name, supported] of [
    ['supplementalGroupsPolicy', ['Merge', 'Strict']],
    ['seLinuxChangePolicy', ['MountOption', 'Recursive']],
  ] as const) {
    const policy = context[name];
    if (policy !== undefined && !supported.some((each) => each === policy))
      to.notSupported(child(path, name), policy, supported);
  }
}

const sysctlName = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;

function validateSysctls(context: corev1.PodSecurityContext, pod: corev1.PodSpec, path: string, to: ErrorList): void {
  const seen = new Set<string>();
  for (const [index, { name = '' }] of (context.sysctls ?? []).entries()) {
    const at = `${path}[${index}].name`;
    if (name === '') to.required(at);
    else if (name.length > 253 || !sysctlName.test(name))
      to.invalid(
        at,
        name,
        'must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      );
    else if (seen.has(name)) to.duplicate(at, name);
    const namespace = namespaceOf(name.replaceAll('/', '.'));
    if (pod.hostNetwork && namespace === 'net') to.invalid(at, name, "may not be specified when 'hostNetwork' is true");
    else if (pod.hostIPC && namespace === 'ipc') to.invalid(at, name, "may not be specified when 'hostIPC' is true");
    seen.add(name);
  }
}

/** The kernel namespace that a setting belongs to. */
function namespaceOf(name: string): 'ipc' | 'net' | undefined {
  if (name.startsWith('net.')) return 'net';
  return name === 'kernel.sem' || /^(kernel\.shm|kernel\.msg|fs\.mqueue\.)/.test(name) ? 'ipc' : undefined;
}
