import type { corev1 } from '@skiff/contracts';

export type ContainerKind = 'init' | 'main' | 'ephemeral';

/** A container of a pod's spec and the list that it stands in. */
export interface SpecContainer {
  readonly kind: ContainerKind;
  readonly container: corev1.Container;
  /** The container whose processes an ephemeral one sees. */
  readonly target?: string | undefined;
}

export function podKey(pod: corev1.Pod): string {
  return `${pod.metadata?.namespace ?? ''}/${pod.metadata?.name ?? ''}`;
}

export function podUid(pod: corev1.Pod): string {
  return pod.metadata?.uid ?? '';
}

/** `name_namespace(uid)`, by which messages speak of a pod. */
export function podFullName(pod: corev1.Pod): string {
  return `${pod.metadata?.name ?? ''}_${pod.metadata?.namespace ?? ''}(${podUid(pod)})`;
}

export function containersOf(pod: corev1.Pod): SpecContainer[] {
  const spec = pod.spec;
  return [
    ...(spec?.initContainers ?? []).map((container) => ({ kind: 'init' as const, container })),
    ...(spec?.containers ?? []).map((container) => ({ kind: 'main' as const, container })),
    ...(spec?.ephemeralContainers ?? []).map((container) => ({
      ...{ kind: 'ephemeral' as const, container },
      target: container.targetContainerName || undefined,
    })),
  ];
}

export function findContainer(pod: corev1.Pod, name: string): SpecContainer | undefined {
  return containersOf(pod).find(({ container }) => container.name === name);
}

/** An init container that keeps running beside the main ones. */
export function isSidecar(container: corev1.Container): boolean {
  return container.restartPolicy === 'Always';
}

const fieldNames: Record<ContainerKind, string> = {
  init: 'spec.initContainers',
  main: 'spec.containers',
  ephemeral: 'spec.ephemeralContainers',
};

/** The path by which an event names a container. */
export function containerFieldPath({ kind, container }: SpecContainer): string {
  return `${fieldNames[kind]}{${container.name ?? ''}}`;
}

/** Whether the pod's object is being deleted. */
export function isDeleting({ metadata }: corev1.Pod): boolean {
  return metadata?.deletionTimestamp !== undefined && metadata.deletionTimestamp !== null;
}

/** The grace period that the spec gives, in seconds. */
export function specGraceSeconds(pod: corev1.Pod): number {
  return pod.spec?.terminationGracePeriodSeconds ?? 30;
}

/** Whether a pod has reached a phase that it never leaves. */
export function isTerminalPhase(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}
