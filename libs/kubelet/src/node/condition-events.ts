import type { corev1 } from '@skiff/contracts';
import { nodeEvent, type EventSink } from '../events';

/** Reasons for each condition of a node when it becomes true, and when it becomes false. */
const reasons: Readonly<Record<string, readonly [string, string]>> = {
  MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
  DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
  PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
  Ready: ['NodeReady', 'NodeNotReady'],
};

/** Tells by events how the conditions of a node change. */
export class ConditionEvents {
  private readonly seen = new Map<string, string>();

  constructor(
    private readonly events: EventSink,
    private readonly nodeName: string,
  ) {}

  tell({ conditions }: corev1.NodeStatus): void {
    for (const { type = '', status = '' } of conditions ?? []) {
      const pair = reasons[type];
      if (pair === undefined || this.seen.get(type) === status) continue;
      this.seen.set(type, status);
      const reason = status === 'True' ? pair[0] : pair[1];
      nodeEvent(this.events, this.nodeName, 'Normal', reason, `Node ${this.nodeName} status is now: ${reason}`);
    }
  }
}
