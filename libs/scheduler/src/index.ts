// Running a scheduler.
export { schedulerService, type SchedulerService, type SchedulerServiceOptions } from './service';
export { addExplainService, type ExplainAccess } from './engine/explain-service';
export { explainAccess, explainMethod } from './engine/explain-access';
export {
  defaultSchedulerConfig,
  parseSchedulerConfig,
  type PluginSet,
  type ProfileConfig,
  type SchedulerConfig,
} from './config/scheduler-config';
export { loadPlugins } from './config/load-plugins';

// Writing plugins.
export * from './framework/plugin';
export { unresolvable, unschedulable, type Rejection, type Verdict } from './framework/verdict';
export { CycleState, type Copyable } from './framework/cycle-state';
export type { ClusterEvent, EventAction, EventResource, QueueingHint } from './framework/cluster-event';
export type { NodeInfo } from './snapshot/node-info';
export type { PodInfo } from './snapshot/pod-info';

// The pure engine, for measurements and simulations.
export { runCycle } from './engine/cycle';
export { nodesToFind } from './engine/find-feasible';
export type { Outcome } from './engine/outcome';
export type { CycleInput } from './engine/search';
export { buildProfile, type PluginRegistry, type Profile } from './engine/profile';
export { defaultProfile } from './config/scheduler-config';
export { Nominations } from './engine/nominations';
export { ClusterState } from './snapshot/cluster-state';
export { toPodInfo } from './snapshot/pod-info';
