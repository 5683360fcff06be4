// Running a DNS server.
export { dnsService, type DnsService, type DnsServiceOptions } from './service';
export { readUpstreams } from './server/resolv-conf';

// The zone, as pure functions of the cluster's objects.
export { InformerDirectory, serviceIndexers, sliceIndexers, type Directory } from './zone/directory';
export { Zone, type ZoneOptions } from './zone/zone';
export type { ZoneAnswer } from './zone/answer';

// Serving it.
export { DnsServer, type DnsServerOptions } from './server/dns-server';
export { Forwarder, type ForwarderOptions, type Upstream } from './server/forwarder';
export { Resolver, type ResolverOptions, type Transport } from './server/resolver';
