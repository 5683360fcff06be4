// Running a proxy.
export type { ApplyResult } from './nftables/applied-table';
export { runCommand, CommandError, type CommandRunner } from './nftables/command';
export { Proxier, type ProxierOptions, type SyncResult } from './nftables/proxier';
export { HealthCheckServers } from './health-check/health-check-servers';
export { runProxyLoop, type ProxyLoopOptions } from './proxy-loop';
export type { Source } from './service-changes';

// The rules, as pure functions.
export { type RuleOptions } from './rules/base';
export { buildTable } from './rules/build-table';
export { staleFlows } from './rules/conntrack';
export type { AddedEndpoint } from './rules/endpoint-changes';
export { explainComment, explainPacket, type Destination, type Explanation } from './rules/explain';
export { fullScript, removalScript, updateScript, type Update } from './rules/script';
export {
  portKey,
  resolveServicePorts,
  type Endpoint,
  type Place,
  type Protocol,
  type ServicePort,
} from './rules/service-port';
export type { Chain, Collection, Element, Rule, Table } from './rules/table';
