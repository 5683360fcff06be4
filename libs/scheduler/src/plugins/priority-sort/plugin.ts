import type { QueuedPod, QueueSortPlugin } from '../../framework/plugin';

/** Higher priority first; among equals, who has waited longer. */
export class PrioritySort implements QueueSortPlugin {
  readonly name = 'PrioritySort';

  less(a: QueuedPod, b: QueuedPod): boolean {
    return a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.timestamp < b.timestamp);
  }
}
