// Running a proxy.
export { proxyService, type ProxyService, type ProxyServiceOptions } from './service';

// The rules, as pure functions.
export { type RuleOptions } from './rules/base';
export { buildTable } from './rules/build-table';
export { staleFlows } from './rules/conntrack';
export type { AddedEndpoint } from './rules/endpoint-changes';
export { explainComment, explainPacket, type Destination, type Explanation } from './rules/explain';
export { fullScript, removalScript, updateScript, type Update } from './rules/script';
export type { Endpoint, Place } from './rules/endpoints';
export { portKey, resolveServicePorts, type Protocol, type ServicePort } from './rules/service-port';
export type { Chain, Collection, Element, Rule, Table } from './rules/table';
