import { join } from 'node:path';
import { criv1, type corev1 } from '@skiff/contracts';
import type { Image } from '../runtime/image-service';
import type { ContainerConfigInput } from './config-input';
import { ContainerConfigError } from '../pod-model/env';
import { podFullName } from '../pod-model/pod';
import { namespaceOptions } from './sandbox-config';

// Upstream's defaults: what of /proc a container may not see or write.
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

/** Who a container runs as and what it may do, from its pod's and its own security context. */
export function containerSecurity({
  pod,
  container,
  image,
  seccompDirectory,
  targetId,
}: ContainerConfigInput): criv1.LinuxContainerSecurityContext {
  const podContext = pod.spec?.securityContext;
  const own = container.securityContext;
  const user = own?.runAsUser ?? podContext?.runAsUser ?? undefined;
  const group = own?.runAsGroup ?? podContext?.runAsGroup ?? undefined;
  verifyNonRoot(pod, container, user, image);
  const privileged = own?.privileged === true;
  const bare = privileged || own?.procMount === 'Unmasked';
  const groups = [
    ...(podContext?.fsGroup === undefined ? [] : [podContext.fsGroup]),
    ...(podContext?.supplementalGroups ?? []),
  ];
  return criv1.LinuxContainerSecurityContext.fromPartial({
    privileged,
    namespaceOptions: {
      ...namespaceOptions(pod),
      ...(targetId === undefined ? {} : { pid: criv1.NamespaceMode.TARGET, targetId }),
    },
    capabilities: {
      addCapabilities: own?.capabilities?.add ?? [],
      dropCapabilities: own?.capabilities?.drop ?? [],
    },
    ...(user === undefined ? userOfImage(image) : { runAsUser: { value: BigInt(user) } }),
    // The runtime refuses a group without a user.
    ...(group === undefined ? {} : { runAsGroup: { value: BigInt(group) } }),
    readonlyRootfs: own?.readOnlyRootFilesystem === true,
    supplementalGroups: groups.map(BigInt),
    noNewPrivs: own?.allowPrivilegeEscalation === false,
    maskedPaths: bare ? [] : maskedPaths,
    readonlyPaths: bare ? [] : readonlyPaths,
    seccomp: seccompOf(own?.seccompProfile ?? podContext?.seccompProfile, privileged, seccompDirectory),
    ...appArmorOf(own?.appArmorProfile ?? podContext?.appArmorProfile),
    ...seLinuxOf(own?.seLinuxOptions ?? podContext?.seLinuxOptions),
  });
}

function userOfImage(image: Image | undefined): { runAsUser?: { value: bigint }; runAsUsername?: string } {
  if (image === undefined) return {};
  if (image.uid !== undefined) return { runAsUser: { value: BigInt(image.uid) } };
  return image.username === '' ? { runAsUser: { value: 0n } } : { runAsUsername: image.username };
}

function seccompOf(
  profile: corev1.SeccompProfile | undefined,
  privileged: boolean,
  directory: string,
): criv1.SecurityProfile {
  const { RuntimeDefault, Unconfined, Localhost } = criv1.SecurityProfile_ProfileType;
  if (privileged) return { profileType: Unconfined, localhostRef: '' };
  if (profile?.type === 'RuntimeDefault') return { profileType: RuntimeDefault, localhostRef: '' };
  if (profile?.type === 'Localhost') {
    const name = profile.localhostProfile ?? '';
    if (name === '')
      throw new ContainerConfigError('localhostProfile must be set if seccompProfile type is Localhost.');
    return { profileType: Localhost, localhostRef: join(directory, name) };
  }
  return { profileType: Unconfined, localhostRef: '' };
}

/** Without a profile, the runtime's own holds where there is AppArmor at all. */
function appArmorOf(profile: corev1.AppArmorProfile | undefined): { apparmor?: criv1.SecurityProfile } {
  if (profile === undefined) return {};
  const { RuntimeDefault, Unconfined, Localhost } = criv1.SecurityProfile_ProfileType;
  const profileType = { RuntimeDefault, Unconfined, Localhost }[profile.type ?? ''] ?? RuntimeDefault;
  return { apparmor: { profileType, localhostRef: profile.localhostProfile ?? '' } };
}

function seLinuxOf(options: corev1.SELinuxOptions | undefined): { selinuxOptions?: criv1.SELinuxOption } {
  if (options === undefined) return {};
  const { user = '', role = '', type = '', level = '' } = options;
  return { selinuxOptions: { user, role, type, level } };
}

function verifyNonRoot(
  pod: corev1.Pod,
  container: corev1.Container,
  user: number | undefined,
  image: Image | undefined,
): void {
  const nonRoot = container.securityContext?.runAsNonRoot ?? pod.spec?.securityContext?.runAsNonRoot;
  if (nonRoot !== true) return;
  const where = `(pod: "${podFullName(pod)}", container: ${container.name ?? ''})`;
  if (user !== undefined) {
    if (user === 0) throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
    return;
  }
  if (image?.uid === 0 || (image?.uid === undefined && (image?.username ?? '') === '')) {
    throw new ContainerConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  }
  if (image?.uid === undefined) {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image?.username ?? ''}), cannot verify user is non-root ${where}`,
    );
  }
}
