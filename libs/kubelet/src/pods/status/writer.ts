import { isDeepStrictEqual } from 'node:util';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { pauseBeforeRetry } from '@skiff/client-runtime';
import { hasReason } from '@skiff/apimachinery';
import type { Clock, Logger } from '@skiff/platform';
import { podFullName, podUid } from '../../pod-model/pod';

/** Takes the statuses that pods come to, and ends their deletion. */
export interface StatusSink {
  /** Writes soon; a later status of the same pod replaces one that was not written yet. */
  publish(pod: corev1.Pod, status: corev1.PodStatus): void;
  /** Resolves once the last published status of a pod is written. */
  flush(uid: string): Promise<void>;
  /** Deletes the object of a pod that is gone from this node. */
  finish(pod: corev1.Pod): Promise<void>;
}

export interface StatusWriterOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Entry {
  pod: corev1.Pod;
  wanted: corev1.PodStatus;
  written: corev1.PodStatus | undefined;
  writing: Promise<void> | undefined;
}

const firstRetry = 100;
const longestRetry = 10_000;

/**
 * Writes the statuses of pods. At most one write of a pod is under way; what is
 * published meanwhile replaces what waits, so that only the newest is written.
 */
export class StatusWriter implements StatusSink {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly options: StatusWriterOptions) {}

  publish(pod: corev1.Pod, status: corev1.PodStatus): void {
    const uid = podUid(pod);
    const entry = this.entries.get(uid);
    if (entry === undefined) {
      this.entries.set(uid, { pod, wanted: status, written: pod.status, writing: undefined });
    } else {
      entry.pod = pod;
      entry.wanted = status;
    }
    this.start(uid);
  }

  async flush(uid: string): Promise<void> {
    for (let entry = this.entries.get(uid); entry?.writing !== undefined; entry = this.entries.get(uid)) {
      await entry.writing;
    }
  }

  /** Forgets a pod whose object is gone. */
  forget(uid: string): void {
    this.entries.delete(uid);
  }

  async finish(pod: corev1.Pod): Promise<void> {
    const { client, clock, logger } = this.options;
    const uid = podUid(pod);
    this.entries.delete(uid);
    const key = { namespace: pod.metadata?.namespace ?? '', name: pod.metadata?.name ?? '' };
    for (let delay = firstRetry; ; delay = Math.min(delay * 2, longestRetry)) {
      try {
        await client.delete(Kinds.Pod, key, { gracePeriodSeconds: 0, preconditions: { uid } });
        return;
      } catch (error) {
        // Gone already, or another pod has its name now.
        if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) return;
        logger.warn('a pod could not be deleted, it is tried again', { pod: podFullName(pod), error });
        await pauseBeforeRetry(client, error, delay, { clock });
      }
    }
  }

  private start(uid: string): void {
    const entry = this.entries.get(uid);
    if (entry === undefined || entry.writing !== undefined) return;
    if (isCurrent(entry)) return;
    entry.writing = this.writeLatest(uid, entry).finally(() => {
      entry.writing = undefined;
      if (this.entries.get(uid) === entry && !isCurrent(entry)) this.start(uid);
    });
  }

  private async writeLatest(uid: string, entry: Entry): Promise<void> {
    const { client, clock, logger } = this.options;
    for (let delay = firstRetry; this.entries.get(uid) === entry; delay = Math.min(delay * 2, longestRetry)) {
      const status = entry.wanted;
      const patch = statusPatch(uid, entry.written, status);
      const key = { namespace: entry.pod.metadata?.namespace ?? '', name: entry.pod.metadata?.name ?? '' };
      try {
        await client.patch<corev1.Pod>(Kinds.Pod, key, 'strategic', patch, { subresource: 'status' });
        entry.written = status;
        return;
      } catch (error) {
        if (hasReason(error, 'NotFound') || hasReason(error, 'Conflict')) {
          entry.written = status;
          return;
        }
        logger.warn('a pod status was not written, it is tried again', { pod: podFullName(entry.pod), error });
        await pauseBeforeRetry(client, error, delay, { clock });
      }
    }
  }
}

function isCurrent(entry: Entry): boolean {
  return (
    entry.written !== undefined &&
    isDeepStrictEqual({ ...entry.written, ...entry.wanted }, entry.written) &&
    gone(entry).length === 0
  );
}

function gone(entry: Pick<Entry, 'written' | 'wanted'>): string[] {
  return removedFields(entry.written, entry.wanted);
}

// Fields that the kubelet sets at times; what it leaves out later has to go.
const clearable = [
  'reason',
  'message',
  'podIP',
  'podIPs',
  'initContainerStatuses',
  'ephemeralContainerStatuses',
] as const;

function removedFields(old: corev1.PodStatus | undefined, status: corev1.PodStatus): string[] {
  return clearable.filter((name) => old?.[name] !== undefined && status[name] === undefined);
}

/**
 * The strategic merge patch that brings a pod's status up to date without touching
 * what others write there. The uid keeps it from reaching another pod of the name.
 */
export function statusPatch(
  uid: string,
  old: corev1.PodStatus | undefined,
  status: corev1.PodStatus,
): Record<string, unknown> {
  const cleared = Object.fromEntries(removedFields(old, status).map((name) => [name, null]));
  const conditions = status.conditions === undefined ? {} : { conditions: conditionsPatch(old, status.conditions) };
  return { metadata: { uid }, status: { ...status, ...cleared, ...addressesPatch(old, status), ...conditions } };
}

// Addresses are merged by themselves: one that a pod or its node had before has to be taken away.
function addressesPatch(old: corev1.PodStatus | undefined, status: corev1.PodStatus): Record<string, object[]> {
  const patch: Record<string, object[]> = {};
  for (const name of ['podIPs', 'hostIPs'] as const) {
    const addresses = status[name] ?? [];
    const lost = (old?.[name] ?? []).filter(({ ip }) => !addresses.some((other) => other.ip === ip));
    if (addresses.length > 0 && lost.length > 0)
      patch[name] = [...addresses, ...lost.map(({ ip }) => ({ $patch: 'delete', ip }))];
  }
  return patch;
}

// Conditions are merged by type: a reason or message that is over has to be taken away.
function conditionsPatch(old: corev1.PodStatus | undefined, conditions: readonly corev1.PodCondition[]): object[] {
  return conditions.map((condition) => {
    const before = old?.conditions?.find(({ type }) => type === condition.type);
    const over = (['reason', 'message'] as const).filter(
      (name) => before?.[name] !== undefined && condition[name] === undefined,
    );
    return { ...condition, ...Object.fromEntries(over.map((name) => [name, null])) };
  });
}
