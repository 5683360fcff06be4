import type { CycleState } from '../framework/cycle-state';
import type { PostFilterResult } from '../framework/plugin';
import type { Scored } from './scoring';
import type { Refused } from './search';

/** What came of looking for a node. */
export type Outcome =
  | {
      readonly kind: 'chosen';
      readonly node: string;
      readonly cycle: CycleState;
      readonly scored: Scored;
      readonly refused: ReadonlyMap<string, Refused>;
    }
  | {
      readonly kind: 'unschedulable';
      readonly message: string;
      readonly cycle: CycleState;
      readonly refused: ReadonlyMap<string, Refused>;
      /** Plugins whose objections an event has to concern to wake the pod. */
      readonly plugins: ReadonlySet<string>;
      readonly preemption?: PostFilterResult;
    };
