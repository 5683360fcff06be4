import type { appsv1, corev1 } from '@skiff/contracts';
import { scaledValue } from '../shared/int-or-percent';
import { isDeleting, isPodAvailable, isPodReady, isPodTerminal, timeOf } from '../shared/pods';
import { fitOn, targetNode } from './node-fit';

/** The label with the hash of the template that a pod was made from. */
export const revisionLabel = 'controller-revision-hash';

export interface DaemonSetState {
  readonly set: appsv1.DaemonSet;
  readonly nodes: readonly corev1.Node[];
  readonly pods: readonly corev1.Pod[];
  /** Hash of the template as it is now. */
  readonly hash: string;
  readonly now: number;
}

export interface DaemonSetPlan {
  /** Nodes that lack a pod. */
  readonly create: readonly string[];
  readonly remove: readonly corev1.Pod[];
  /** Pods that have ended, among those to remove. */
  readonly ended: readonly corev1.Pod[];
}

function byNode(pods: readonly corev1.Pod[]): Map<string, corev1.Pod[]> {
  const found = new Map<string, corev1.Pod[]>();
  for (const pod of pods) {
    const node = targetNode(pod);
    if (node !== undefined) found.set(node, [...(found.get(node) ?? []), pod]);
  }
  return found;
}

function isAvailable({ set, now }: DaemonSetState, pod: corev1.Pod): boolean {
  return !isDeleting(pod) && isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
}

function planPlacement(state: DaemonSetState, placed: ReadonlyMap<string, corev1.Pod[]>): DaemonSetPlan {
  const create: string[] = [];
  const remove: corev1.Pod[] = [];
  const ended: corev1.Pod[] = [];
  for (const node of state.nodes) {
    const name = node.metadata?.name ?? '';
    const pods = placed.get(name) ?? [];
    const { shouldRun, shouldContinue } = fitOn(state.set.spec?.template, node);
    if (!shouldContinue) {
      remove.push(...pods.filter((pod) => !isDeleting(pod)));
      continue;
    }
    if (shouldRun && pods.length === 0) create.push(name);
    ended.push(...pods.filter((pod) => isPodTerminal(pod) && !isDeleting(pod)));
    const running = pods.filter((pod) => !isPodTerminal(pod) && !isDeleting(pod));
    // One that runs goes before one that waits, then the oldest.
    const [, ...extra] = running.sort(
      (left, right) =>
        Number(isPodReady(right)) - Number(isPodReady(left)) ||
        timeOf(left.metadata?.creationTimestamp) - timeOf(right.metadata?.creationTimestamp),
    );
    remove.push(...extra);
  }
  return { create, remove: [...remove, ...ended], ended };
}

/** Old pods that may go now: those that are not available anyway, and as many others as may be missing. */
function planRollout(state: DaemonSetState, placed: ReadonlyMap<string, corev1.Pod[]>): corev1.Pod[] {
  const { set, nodes, hash } = state;
  if (set.spec?.updateStrategy?.type === 'OnDelete') return [];
  const running = nodes.filter((node) => fitOn(set.spec?.template, node).shouldRun);
  const allowed = Math.max(
    1,
    scaledValue(set.spec?.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, running.length, 'up'),
  );
  let unavailable = 0;
  const broken: corev1.Pod[] = [];
  const healthy: corev1.Pod[] = [];
  for (const node of running) {
    const pods = placed.get(node.metadata?.name ?? '') ?? [];
    if (!pods.some((pod) => isAvailable(state, pod))) unavailable++;
    for (const pod of pods.filter(
      (candidate) => !isDeleting(candidate) && candidate.metadata?.labels?.[revisionLabel] !== hash,
    )) {
      (isAvailable(state, pod) ? healthy : broken).push(pod);
    }
  }
  return [...broken, ...healthy.slice(0, Math.max(0, allowed - unavailable))];
}

/** Which pods a DaemonSet creates and deletes. Placement comes before the rollout of a new template. */
export function planPods(state: DaemonSetState): DaemonSetPlan {
  const placed = byNode(state.pods);
  const placement = planPlacement(state, placed);
  if (placement.create.length > 0 || placement.remove.length > 0) return placement;
  return { create: [], remove: planRollout(state, placed), ended: [] };
}

export function planStatus(state: DaemonSetState): appsv1.DaemonSetStatus {
  const { set, nodes, hash } = state;
  const placed = byNode(state.pods);
  let [desired, current, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const pods = placed.get(node.metadata?.name ?? '') ?? [];
    if (!fitOn(set.spec?.template, node).shouldRun) {
      if (pods.length > 0) misscheduled++;
      continue;
    }
    desired++;
    const [pod] = [...pods].sort(
      (left, right) => timeOf(left.metadata?.creationTimestamp) - timeOf(right.metadata?.creationTimestamp),
    );
    if (!pod) continue;
    current++;
    if (isPodReady(pod)) ready++;
    if (isAvailable(state, pod)) available++;
    if (pod.metadata?.labels?.[revisionLabel] === hash) updated++;
  }
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata?.generation,
    updatedNumberScheduled: updated,
    numberAvailable: available,
    numberUnavailable: desired - available,
    collisionCount: set.status?.collisionCount,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}
