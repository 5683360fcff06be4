import type { coordinationv1, corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import { semanticEqual } from '../shared/semantic-equal';

export const notReadyTaint = 'node.kubernetes.io/not-ready';
export const unreachableTaint = 'node.kubernetes.io/unreachable';

/** The last signs of life seen of a node. */
export interface Health {
  /** When the controller last saw a new heartbeat, on its own clock. */
  readonly seenAt: number;
  readonly heartbeat: string | undefined;
  readonly renewal: string | undefined;
}

export interface GracePeriods {
  /** Milliseconds that a node may be silent. */
  readonly monitor: number;
  /** The same before its first status. */
  readonly startup: number;
}

export function nodeCondition(node: corev1.Node, type: string): corev1.NodeCondition | undefined {
  return node.status?.conditions?.find((condition) => condition.type === type);
}

/** Status of the Ready condition; Unknown before there is one. */
export function readiness(node: corev1.Node): string {
  return nodeCondition(node, 'Ready')?.status ?? 'Unknown';
}

/** Takes note of a new heartbeat: a changed Ready condition or a renewed Lease. The node's clock does not matter. */
export function observe(
  before: Health | undefined,
  node: corev1.Node,
  lease: coordinationv1.Lease | undefined,
  now: number,
): Health {
  const heartbeat = nodeCondition(node, 'Ready')?.lastHeartbeatTime ?? undefined;
  const renewal = lease?.spec?.renewTime;
  const alive =
    !before || (heartbeat !== undefined && heartbeat !== before.heartbeat) || (renewal ?? '') > (before.renewal ?? '');
  return { seenAt: alive ? now : before.seenAt, heartbeat, renewal };
}

/** When silence becomes too long. A node that never reported has from its creation on. */
export function deadlineOf(node: corev1.Node, health: Health, grace: GracePeriods): number {
  return nodeCondition(node, 'Ready') ? health.seenAt + grace.monitor : health.seenAt + grace.startup;
}

/** The conditions that a silent node is given: Unknown for all that its kubelet would report. As tryUpdateNodeHealth. */
export function silentConditions(node: corev1.Node, now: number): corev1.NodeCondition[] {
  const conditions = [...(node.status?.conditions ?? [])];
  for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
    const index = conditions.findIndex((condition) => condition.type === type);
    const current = conditions[index];
    if (!current) {
      conditions.push({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: node.metadata?.creationTimestamp,
        lastTransitionTime: formatTime(now),
      });
    } else if (current.status !== 'Unknown') {
      conditions[index] = {
        ...current,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: formatTime(now),
      };
    }
  }
  return conditions;
}

const pressureTaints: readonly (readonly [type: string, key: string])[] = [
  ['MemoryPressure', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'node.kubernetes.io/disk-pressure'],
  ['PIDPressure', 'node.kubernetes.io/pid-pressure'],
  ['NetworkUnavailable', 'node.kubernetes.io/network-unavailable'],
];

const managedNoSchedule = new Set([
  notReadyTaint,
  unreachableTaint,
  'node.kubernetes.io/unschedulable',
  ...pressureTaints.map(([, key]) => key),
]);

function wantedNoSchedule(node: corev1.Node): string[] {
  const keys = pressureTaints.filter(([type]) => nodeCondition(node, type)?.status === 'True').map(([, key]) => key);
  const ready = nodeCondition(node, 'Ready')?.status;
  if (ready === 'False') keys.push(notReadyTaint);
  if (ready === 'Unknown') keys.push(unreachableTaint);
  if (node.spec?.unschedulable) keys.push('node.kubernetes.io/unschedulable');
  return keys;
}

function wantedNoExecute(node: corev1.Node): string[] {
  const ready = readiness(node);
  if (ready === 'True') return [];
  return [ready === 'False' ? notReadyTaint : unreachableTaint];
}

function replaceTaints(
  taints: readonly corev1.Taint[],
  effect: 'NoSchedule' | 'NoExecute',
  managed: (key: string) => boolean,
  wanted: readonly string[],
  now: number,
): corev1.Taint[] {
  const kept = taints.filter(
    (taint) => taint.effect !== effect || !managed(taint.key ?? '') || wanted.includes(taint.key ?? ''),
  );
  const missing = wanted.filter((key) => !taints.some((taint) => taint.key === key && taint.effect === effect));
  return [...kept, ...missing.map((key) => ({ key, effect, timeAdded: formatTime(now) }))];
}

/** Whether a silent node's pods may be evicted: now, not yet, or not while every node is silent. */
export type Eviction = 'now' | 'later' | 'suspended';

/**
 * The taints that a node's conditions ask for, or undefined when it has them. NoExecute
 * taints, which evict, are added only now, and taken back while eviction is suspended.
 */
export function planTaints(node: corev1.Node, eviction: Eviction, now: number): corev1.Taint[] | undefined {
  const current = node.spec?.taints ?? [];
  const scheduling = replaceTaints(
    current,
    'NoSchedule',
    (key) => managedNoSchedule.has(key),
    wantedNoSchedule(node),
    now,
  );
  const evicting = wantedNoExecute(node).filter(
    (key) => eviction === 'now' || (eviction === 'later' && hasTaint(node, key, 'NoExecute')),
  );
  const executing = (key: string): boolean => key === notReadyTaint || key === unreachableTaint;
  const taints = replaceTaints(scheduling, 'NoExecute', executing, evicting, now);
  return semanticEqual(taints, current) ? undefined : taints;
}

function hasTaint(node: corev1.Node, key: string, effect: string): boolean {
  return (node.spec?.taints ?? []).some((taint) => taint.key === key && taint.effect === effect);
}

/** Whether a node should have a NoExecute taint that it does not have yet. */
export function awaitsEviction(node: corev1.Node): boolean {
  return wantedNoExecute(node).some((key) => !hasTaint(node, key, 'NoExecute'));
}
