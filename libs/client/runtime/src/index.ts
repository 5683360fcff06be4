// Trying again.
export { isOvertaken, pauseBeforeRetry } from './retry';

// Following objects.
export { Informer, type InformerHandler, type InformerOptions } from './informer/informer';
export type { Indexers } from './informer/object-index';

// Following which resources there are.
export { DiscoveryCache, type DiscoveryCacheOptions, type DiscoveryHandler } from './discovery/discovery-cache';

// Acting on them.
export { WorkQueue, type WorkQueueOptions } from './queue/work-queue';
export {
  done,
  runReconciler,
  TerminalError,
  toLink,
  TraceCauses,
  type ReconcileContext,
  type ReconcilerOptions,
  type Result,
} from './reconciler/reconciler';
export { EventRecorder, type EventRecorderOptions } from './events/event-recorder';
export type { EventType } from './events/event-writer';
export { runLeaderElection, type LeaderElectionOptions } from './leader-election/leader-election';

// Letting callers of a service in, as the API server says.
export { componentGuardTimes, Guard, kubeletGuardTimes, type Access, type GuardTimes } from './access/guard';
export { componentDoors, type ComponentDoors, type ComponentDoorsOptions } from './access/component-doors';
export { callCredentials, guardCalls, requestCredentials } from './access/guard-calls';
export type { CallUser, Credentials } from './access/authenticator';
export type { AccessAttributes } from './access/authorizer';
