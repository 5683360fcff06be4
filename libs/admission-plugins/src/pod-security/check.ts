import type { corev1 } from '@skiff/contracts';

/** Why a pod does not keep to a standard: what it does, and where. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** What is looked at of a pod, or of the template of one. */
export interface Subject {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: corev1.PodSpec;
  /** Init containers first, ephemeral ones last. */
  readonly containers: readonly corev1.Container[];
  /** The minor version of the standard. */
  readonly version: number;
}

/** One rule of a standard; undefined when it is kept. */
export interface Check {
  /** Upstream's name for it, which orders the answers. */
  readonly id: string;
  /** The minor version of Kubernetes that has it first. */
  readonly since: number;
  /** The first minor version that has another one in its place. */
  readonly until?: number;
  run(subject: Subject): Violation | undefined;
}

export function subjectOf(
  meta: { annotations?: Record<string, string> | undefined },
  spec: corev1.PodSpec,
  version: number,
): Subject {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])];
  return { annotations: meta.annotations ?? {}, spec, containers, version };
}

/** The names of the containers of which something holds. */
export const namesWhere = ({ containers }: Subject, holds: (container: corev1.Container) => boolean): string[] =>
  containers.filter(holds).map(({ name = '' }) => name);

/** Rules that only make sense for Linux are not held against Windows since 1.25. */
export const isWindows = ({ spec, version }: Subject): boolean => version >= 25 && spec.os?.name === 'windows';

/** In a user namespace of its own, root is not root: since 1.35 it may be. */
export const hasUserNamespace = ({ spec, version }: Subject): boolean => version >= 35 && spec.hostUsers === false;
