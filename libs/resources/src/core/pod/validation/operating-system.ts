import { child, type ErrorList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const systems = ['linux', 'windows'];

const ofLinuxPods = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;

const ofLinuxContainers = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

/** A pod that names its operating system sets nothing that only others have. */
export function validateOperatingSystem(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  if (!spec.os) return;
  const { name } = spec.os;
  if (!name) to.required(child(path, 'os.name'), 'cannot be empty');
  else if (name === 'linux') validateLinux(spec, path, to);
  else if (name === 'windows') validateWindows(spec, path, to);
  else to.notSupported(child(path, 'os'), name, systems);
}

function validateLinux(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  const refuse = (context: { readonly windowsOptions?: unknown } | undefined, at: string): void => {
    if (context?.windowsOptions)
      to.forbidden(child(at, 'windowsOptions'), 'windows options cannot be set for a linux pod');
  };
  refuse(spec.securityContext, child(path, 'securityContext'));
  for (const [container, at] of containersOf(spec, path))
    refuse(container.securityContext, child(at, 'securityContext'));
}

function validateWindows(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  const refuse = (value: unknown, at: string): void => {
    const isSet = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
    if (isSet) to.forbidden(at, 'cannot be set for a windows pod');
  };
  const context = spec.securityContext;
  for (const name of ofLinuxPods) refuse(context?.[name], `${child(path, 'securityContext')}.${name}`);
  for (const name of ['hostUsers', 'shareProcessNamespace'] as const) refuse(spec[name], child(path, name));
  for (const name of ['hostPID', 'hostIPC'] as const) refuse(spec[name] || undefined, child(path, name));
  for (const [container, at] of containersOf(spec, path))
    for (const name of ofLinuxContainers)
      refuse(container.securityContext?.[name], `${child(at, 'securityContext')}.${name}`);
}

/** All containers of a pod, each with its path, init containers first. */
function containersOf(spec: corev1.PodSpec, path: string): [corev1.Container, string][] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, index): [corev1.Container, string] => [
      container,
      `${child(path, list)}[${index}]`,
    ]),
  );
}

/** A pod with users of its own shares no namespace of the host. */
export function validateHostUsers(spec: corev1.PodSpec, path: string, to: ErrorList): void {
  if (spec.hostUsers !== false) return;
  for (const [name, shown] of [
    ['hostNetwork', 'hostNetwork'],
    ['hostPID', 'HostPID'],
    ['hostIPC', 'HostIPC'],
  ] as const)
    if (spec[name]) to.forbidden(child(path, shown), 'when `pod.Spec.HostUsers` is false');
}
