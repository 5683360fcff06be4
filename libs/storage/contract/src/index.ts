// The contract.
export * from './store';

// Decorators.
export { traceStore } from './traced-store';

// For its implementations.
export { EventWindow } from './event-window';
export { followWindow, type Backfill } from './follow-window';
export { eventKey, eventRevision, prefixEnd } from './events';
export { compareKeys, PastVersions } from './past-versions';
export { RetentionSchedule, type Compactable, type Retention } from './retention';
