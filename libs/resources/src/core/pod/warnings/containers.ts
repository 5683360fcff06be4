import type { corev1 } from '@skiff/contracts';
import { warningsForBytes } from './fractional-bytes';

type Annotations = Readonly<Record<string, string>>;

/** A container of any kind, and where it is. */
export interface PlacedContainer {
  readonly container: corev1.Container;
  readonly path: string;
}

/** All containers in the order in which upstream visits them. */
export function placedContainers(spec: corev1.PodSpec, path: string): PlacedContainer[] {
  const place = (list: 'initContainers' | 'containers' | 'ephemeralContainers'): PlacedContainer[] =>
    (spec[list] ?? []).map((container, index) => ({ container, path: `${path}.${list}[${index}]` }));
  return [...place('initContainers'), ...place('containers'), ...place('ephemeralContainers')];
}

const seccompPrefix = 'container.seccomp.security.alpha.kubernetes.io/';

export const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

/** Whether a later variable only builds upon the one that it replaces. */
function hides({ name = '', value = '', valueFrom }: corev1.EnvVar): boolean {
  const reference = `$(${name})`;
  return valueFrom !== undefined || value === reference || !value.includes(reference);
}

function warningsForEnvironment({ env }: corev1.Container, path: string): string[] {
  // One alone hides none.
  if (!env || env.length < 2) return [];
  const seen = new Set<string>();
  return env.flatMap((variable, index) => {
    const { name = '' } = variable;
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated && hides(variable)
      ? [
          `${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
        ]
      : [];
  });
}

/** `annotationsAt` is empty for a pod, whose AppArmor annotations are told of elsewhere. */
export function warningsForContainer(
  { container, path }: PlacedContainer,
  podSecurity: corev1.PodSecurityContext | undefined,
  annotations: Annotations,
  { annotationsAt, isTemplate }: { readonly annotationsAt: string; readonly isTemplate: boolean },
): string[] {
  const { name = '', securityContext, resources } = container;
  const found: string[] = [];
  if (!securityContext?.seccompProfile && annotations[seccompPrefix + name] !== undefined)
    found.push(
      `${annotationsAt}[${seccompPrefix}${name}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
    );
  const hasAppArmor = podSecurity?.appArmorProfile !== undefined || securityContext?.appArmorProfile !== undefined;
  if (isTemplate && !hasAppArmor && annotations[appArmorPrefix + name] !== undefined)
    found.push(`${annotationsAt}[${appArmorPrefix}${name}]: ${appArmorDeprecation}`);
  for (const resource of byteResources)
    for (const list of amountLists) {
      const amount = resources?.[list]?.[resource];
      if (amount) found.push(...warningsForBytes(amount, () => `${path}.resources.${list}[${resource}]`));
    }
  return found.concat(warningsForEnvironment(container, path));
}

const byteResources = ['memory', 'ephemeral-storage'] as const;

const amountLists = ['limits', 'requests'] as const;

export const appArmorDeprecation = 'deprecated since v1.30; use the "appArmorProfile" field instead';

interface PlacedPort {
  readonly at: string;
  readonly port: corev1.ContainerPort;
}

/** A port as Go shows it. */
const shown = ({ name = '', hostPort = 0, containerPort = 0, protocol = '', hostIP = '' }: corev1.ContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

/** What two definitions of one port are to each other; undefined when they get along. */
function conflictOf(a: corev1.ContainerPort, b: corev1.ContainerPort): string | undefined {
  const [portA, portB, addressA, addressB] = [a.hostPort ?? 0, b.hostPort ?? 0, a.hostIP ?? '', b.hostIP ?? ''];
  if (portA === portB && addressA === addressB) return 'duplicate';
  if (portA === 0 || portB === 0) return 'overlapping';
  return portA === portB && (addressA === '') !== (addressB === '') ? 'dangerously ambiguous' : undefined;
}

/** More conflicts than these are not told: what a request warns of is bounded, and they may be as many as pairs of ports. */
const mostTold = 100;

/** Ports of all containers together, for they share one network. */
export function warningsForPorts(containers: readonly PlacedContainer[]): string[] {
  const told: string[] = [];
  // One alone is in nobody's way.
  if (countPorts(containers) < 2 && !containers.some(({ container }) => container.ports?.[0]?.hostIP)) return told;
  const ports = containers.flatMap(portsOf);
  const byPort = new Map<string, PlacedPort[]>();
  for (const placed of ports) {
    const { at, port } = placed;
    if (told.length >= mostTold) break;
    if (port.hostIP && !port.hostPort) told.push(`${at}: hostIP set without hostPort: ${shown(port)}`);
    const key = `${port.containerPort}/${port.protocol}`;
    const others = byPort.get(key) ?? [];
    for (const other of others) {
      const conflict = conflictOf(port, other.port);
      if (conflict) told.push(`${at}: ${conflict} port definition with ${other.at}`);
      if (told.length >= mostTold) break;
    }
    others.push(placed);
    byPort.set(key, others);
  }
  return told;
}

function countPorts(containers: readonly PlacedContainer[]): number {
  let count = 0;
  for (const { container } of containers) count += container.ports?.length ?? 0;
  return count;
}

const portsOf = ({ container, path }: PlacedContainer): PlacedPort[] =>
  (container.ports ?? []).map((port, index) => ({ at: `${path}.ports[${index}]`, port }));
