// What brings requests to other API servers, and tells of what these serve: for the library that does.
export { carryUpgrade, type UpgradeAnswer } from './streaming/proxy/carry-upgrade';
export { hopByHopHeaders } from './streaming/proxy/headers';
export type { ReachableEndpoint, ResolveService } from './streaming/proxy/connect-service';
export { groupVersionOfPath, type Delegate, type DelegatedRequest, type Delegation } from './request/delegation';
export type { AggregatedApis, AggregatedOpenApi, AggregatedVersion, OpenApiV2 } from './discovery/aggregated-apis';
export { partOfOpenApiV2 } from './openapi/merge-v2';
export type { Aggregation, AggregationParts, StartAggregation } from './server/aggregation';
export { follow } from './registry/follow';
export type { Registry } from './registry/registry';
export { writeStatus } from './bootstrap/ensure';
export { sendText } from './transports/rest/answers';
export { plainResponse } from './transports/rest/connection';
