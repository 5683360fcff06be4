import type { JsonObject, LifeEvent } from './life';

/**
 * A difference between the recorded 1.20 and the 1.35 that Skiff serves, each
 * reviewed. `recorded` rewrites what was recorded into what 1.35 does,
 * `observed` takes away what 1.35 adds.
 */
export interface Difference {
  readonly reason: string;
  readonly recorded?: (key: string, object: JsonObject) => void;
  readonly observed?: (key: string, object: JsonObject) => void;
  /** Undefined drops the event. `before` are the recorded events before it. */
  readonly recordedEvent?: (event: LifeEvent, before: readonly LifeEvent[]) => LifeEvent | undefined;
}
