import type { corev1 } from '@skiff/contracts';
import { podCondition } from './pods';

interface Seen {
  readonly service: string | undefined;
  readonly pods: ReadonlyMap<string, string>;
}

/**
 * Remembers what endpoints were last computed from, to tell which change made the
 * next update necessary. As TriggerTimeTracker.
 */
export class TriggerTimes {
  private readonly byService = new Map<string, Seen>();

  /** The earliest new change of the Service or its pods, an RFC 3339 time; undefined when nothing new has a time. */
  next(key: string, service: corev1.Service, pods: readonly corev1.Pod[]): string | undefined {
    const before = this.byService.get(key);
    const created = service.metadata?.creationTimestamp;
    const changes: string[] = [];
    const times = new Map<string, string>();
    for (const pod of pods) {
      const time = podCondition(pod, 'Ready')?.lastTransitionTime ?? pod.metadata?.creationTimestamp;
      if (!time) continue;
      const name = pod.metadata?.name ?? '';
      times.set(name, time);
      if (before && time > (before.pods.get(name) ?? '')) changes.push(time);
    }
    if (created !== undefined && created !== before?.service) changes.push(created);
    this.byService.set(key, { service: created, pods: times });
    return changes.sort()[0];
  }

  forget(key: string): void {
    this.byService.delete(key);
  }
}
