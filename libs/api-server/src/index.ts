export { createApiServer } from './server/api-server';
export type { ApiServer, ApiServerOptions } from './server/options';
export type { RunningApiServer } from './transports/listener';

// Requests from within the process.
export type { UserInfo } from './auth/user';
export type { DiscoverInProcess, HandleInProcess, InProcessRequest } from './server/in-process';
export type { Outcome } from './request/outcome';
export type { WatchItem, WatchSink } from './operations/watch-sink';

// Rights: which there are from the start, and which are used.
export { AuthorizationRecord, type RightsRecord, type RightUse } from './auth/authorization/record';
export {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
} from './auth/policy/bootstrap-policy';
export { nodeRules } from './auth/policy/node-rules';
