import type { appsv1, corev1 } from '@skiff/contracts';
import { isDeleting, isPodAvailable, isPodReady, isPodTerminal } from '../shared/pods';
import { ordinalOf, revisionOf } from './pods';

export interface StatefulSetState {
  readonly set: appsv1.StatefulSet;
  readonly pods: readonly corev1.Pod[];
  /** Names of the revisions that the set comes from and goes to. */
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly now: number;
}

export interface StatefulSetPlan {
  readonly create: readonly { readonly ordinal: number; readonly revision: string }[];
  readonly remove: readonly corev1.Pod[];
  /** Pods that failed, among those to remove. */
  readonly failed: readonly corev1.Pod[];
}

function isHealthy(pod: corev1.Pod): boolean {
  return pod.status?.phase === 'Running' && isPodReady(pod) && !isDeleting(pod);
}

function isAvailable({ set, now }: StatefulSetState, pod: corev1.Pod): boolean {
  return isHealthy(pod) && isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
}

interface Slots {
  readonly start: number;
  readonly end: number;
  readonly byOrdinal: ReadonlyMap<number, corev1.Pod>;
  /** Pods beyond the replicas, the highest ordinal first. */
  readonly condemned: readonly corev1.Pod[];
}

function slotsOf({ set, pods }: StatefulSetState): Slots {
  const start = set.spec?.ordinals?.start ?? 0;
  const end = start + (set.spec?.replicas ?? 0);
  const byOrdinal = new Map<number, corev1.Pod>();
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal !== undefined) byOrdinal.set(ordinal, pod);
  }
  const condemned = [...byOrdinal]
    .filter(([ordinal]) => ordinal < start || ordinal >= end)
    .sort(([left], [right]) => right - left)
    .map(([, pod]) => pod);
  return { start, end, byOrdinal, condemned };
}

function partitionOf(set: appsv1.StatefulSet): number {
  return set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
}

/** Collects steps; in order, there is one at a time. */
class Steps {
  readonly create: { ordinal: number; revision: string }[] = [];
  readonly remove: corev1.Pod[] = [];
  readonly failed: corev1.Pod[] = [];

  get any(): boolean {
    return this.create.length + this.remove.length > 0;
  }
}

/** Whether every replica is as it should be, so that the next phase may begin. */
function planReplicas(state: StatefulSetState, slots: Slots, ordered: boolean, steps: Steps): boolean {
  const { set, currentRevision, updateRevision } = state;
  for (let ordinal = slots.start; ordinal < slots.end; ordinal++) {
    const pod = slots.byOrdinal.get(ordinal);
    if (!pod) {
      const revision = ordinal < slots.start + partitionOf(set) ? currentRevision : updateRevision;
      steps.create.push({ ordinal, revision });
      if (ordered) return false;
    } else if (isPodTerminal(pod) && !isDeleting(pod)) {
      steps.remove.push(pod);
      steps.failed.push(pod);
      if (ordered) return false;
    } else if (ordered && !isAvailable(state, pod)) return false;
  }
  return true;
}

function planCondemned(state: StatefulSetState, slots: Slots, ordered: boolean, steps: Steps): boolean {
  for (const pod of slots.condemned) {
    if (isDeleting(pod)) {
      if (ordered) return false;
      continue;
    }
    steps.remove.push(pod);
    if (ordered) return false;
  }
  return slots.condemned.length === 0;
}

/** The highest ordinal of the old revision goes next, once all above it run the new one. */
function planUpdate(state: StatefulSetState, slots: Slots, steps: Steps): void {
  const { set, updateRevision } = state;
  if (set.spec?.updateStrategy?.type === 'OnDelete') return;
  for (let ordinal = slots.end - 1; ordinal >= slots.start + partitionOf(set); ordinal--) {
    const pod = slots.byOrdinal.get(ordinal);
    if (!pod || isDeleting(pod)) return;
    if (revisionOf(pod) !== updateRevision) {
      steps.remove.push(pod);
      return;
    }
    if (!isAvailable(state, pod)) return;
  }
}

/** What a StatefulSet does next. As updateStatefulSet. */
export function planPods(state: StatefulSetState): StatefulSetPlan {
  const slots = slotsOf(state);
  const ordered = state.set.spec?.podManagementPolicy !== 'Parallel';
  const steps = new Steps();
  const settled = planReplicas(state, slots, ordered, steps);
  if (!settled && ordered) return steps;
  if (!planCondemned(state, slots, ordered, steps) && ordered) return steps;
  if (!steps.any) planUpdate(state, slots, steps);
  return steps;
}

/** Counts, and the revisions: an update is complete when every replica is ready and updated. */
export function planStatus(state: StatefulSetState): appsv1.StatefulSetStatus {
  const { set, currentRevision, updateRevision } = state;
  const pods = state.pods.filter((pod) => ordinalOf(set, pod) !== undefined && !isPodTerminal(pod));
  const living = pods.filter((pod) => !isDeleting(pod));
  const readyReplicas = living.filter(isHealthy).length;
  const updatedReplicas = living.filter((pod) => revisionOf(pod) === updateRevision).length;
  const complete =
    set.spec?.updateStrategy?.type !== 'OnDelete' &&
    partitionOf(set) === 0 &&
    updatedReplicas === pods.length &&
    readyReplicas === pods.length;
  const current = complete ? updateRevision : currentRevision;
  return {
    observedGeneration: set.metadata?.generation,
    replicas: pods.length,
    readyReplicas,
    availableReplicas: living.filter((pod) => isAvailable(state, pod)).length,
    currentReplicas: living.filter((pod) => revisionOf(pod) === current).length,
    updatedReplicas,
    currentRevision: current,
    updateRevision,
    collisionCount: set.status?.collisionCount ?? 0,
    ...(set.status?.conditions && { conditions: set.status.conditions }),
  };
}
