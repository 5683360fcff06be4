// The contract.
export * from './store';

// For its implementations.
export { EventWindow, followWindow, type Backfill } from './event-window';
export { eventKey, eventRevision, prefixEnd } from './events';
