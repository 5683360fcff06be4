import {
  baseChains,
  clusterIps,
  collectionDefinitions,
  defaultTable,
  noEndpointNodePorts,
  noEndpointServices,
  serviceIps,
  serviceNodePorts,
  type RuleOptions,
} from './base';
import { comment, endpointName, serviceName } from './names';
import type { Endpoint } from './endpoints';
import type { ServicePort } from './service-port';
import type { Chain, Collection, Element, Rule, Table } from './table';

/**
 * The rules that route all Services, after the design of upstream's nftables proxy: a packet's
 * destination is looked up in verdict maps, so that its cost does not grow with their number.
 */
export function buildTable(ports: readonly ServicePort[], options: RuleOptions = {}): Table {
  return new TableBuilder(options).build(ports);
}

/** Builds table after table, and makes the rules of a port that is the same object once. */
export class TableBuilder {
  private readonly known = new WeakMap<ServicePort, PortRules>();
  private readonly base: readonly Chain[];

  constructor(private readonly options: RuleOptions = {}) {
    this.base = baseChains(options);
  }

  build(ports: readonly ServicePort[]): Table {
    const chains = new Map(this.base.map((chain) => [chain.name, chain]));
    const elements = new Map(Object.keys(collectionDefinitions).map((name) => [name, new Map<string, Element>()]));
    const collections = new Map<string, Collection>();
    for (const [name, definition] of Object.entries(collectionDefinitions)) {
      collections.set(name, { name, ...definition, elements: elements.get(name) ?? new Map() });
    }
    for (const port of ports) {
      const rules = this.rulesOf(port);
      for (const chain of rules.chains) chains.set(chain.name, chain);
      for (const affinity of rules.affinities) collections.set(affinity.name, affinity);
      for (const { collection, key, element } of rules.elements) elements.get(collection)?.set(key, element);
    }
    return { name: this.options.table ?? defaultTable, chains, collections };
  }

  private rulesOf(port: ServicePort): PortRules {
    let rules = this.known.get(port);
    if (rules === undefined) {
      rules = new PortRules(port, this.options);
      this.known.set(port, rules);
    }
    return rules;
  }
}

/** All that routes one port of a Service. */
class PortRules {
  readonly chains: Chain[] = [];
  readonly affinities: Collection[] = [];
  readonly elements: { collection: string; key: string; element: Element }[] = [];

  constructor(
    port: ServicePort,
    private readonly options: RuleOptions,
  ) {
    this.addPort(port);
  }

  private addPort(port: ServicePort): void {
    this.elements.push({ collection: clusterIps, key: port.clusterIP, element: { comment: comment(port) } });
    const usesLocal = port.internalPolicy === 'Local' || port.externalPolicy === 'Local';
    const usesCluster = port.internalPolicy === 'Cluster' || isExternal(port);
    if (usesCluster && port.clusterEndpoints.length > 0) {
      this.addChain(
        serviceName('service', port),
        [...this.masqueradeInternal(port), ...choose(port, port.clusterEndpoints)],
        port,
      );
    }
    if (usesLocal && port.localEndpoints.length > 0) {
      this.addChain(serviceName('local', port), choose(port, port.localEndpoints), port);
    }
    const endpoints = new Map(
      [...port.clusterEndpoints, ...port.localEndpoints].map((each) => [endpointName('endpoint', port, each), each]),
    );
    for (const endpoint of endpoints.values()) this.addEndpoint(port, endpoint);
    this.addInternal(port);
    if (isExternal(port)) this.addExternal(port);
  }

  private addInternal(port: ServicePort): void {
    const isLocal = port.internalPolicy === 'Local';
    const endpoints = isLocal ? port.localEndpoints : port.clusterEndpoints;
    const key = `${port.clusterIP} . ${port.protocol} . ${port.port}`;
    if (endpoints.length > 0) {
      this.addElement(serviceIps, key, `goto ${serviceName(isLocal ? 'local' : 'service', port)}`, port);
    } else {
      this.addElement(noEndpointServices, key, this.refuse(port), port);
    }
  }

  private addExternal(port: ServicePort): void {
    const chain = serviceName('external', port);
    const addresses = [...new Set([...port.externalIPs, ...port.loadBalancerIPs])];
    const keys = addresses.map((address) => `${address} . ${port.protocol} . ${port.port}`);
    if (port.clusterEndpoints.length > 0) {
      this.addChain(chain, this.externalRules(port), port);
      for (const key of keys) this.addElement(serviceIps, key, `goto ${chain}`, port);
      if (port.nodePort !== undefined) {
        this.addElement(serviceNodePorts, `${port.protocol} . ${port.nodePort}`, `goto ${chain}`, port);
      }
    }
    const usable = port.externalPolicy === 'Local' ? port.localEndpoints : port.clusterEndpoints;
    if (usable.length > 0 || port.clusterEndpoints.length > 0) return;
    for (const key of keys) this.addElement(noEndpointServices, key, 'goto reject-connection', port);
    if (port.nodePort !== undefined) {
      this.addElement(noEndpointNodePorts, `${port.protocol} . ${port.nodePort}`, 'goto reject-connection', port);
    }
  }

  /** What comes from outside the cluster, or from inside over an external address. */
  private externalRules(port: ServicePort): Rule[] {
    const rules: string[] = [];
    if (port.loadBalancerSourceRanges.length > 0 && port.loadBalancerIPs.length > 0) {
      const addresses = port.loadBalancerIPs.join(', ');
      rules.push(`ip daddr { ${addresses} } ip saddr != { ${port.loadBalancerSourceRanges.join(', ')} } drop`);
    }
    const cluster = `goto ${serviceName('service', port)}`;
    if (port.externalPolicy === 'Cluster') {
      rules.push('jump mark-for-masquerade', cluster);
    } else {
      // Pods and processes of the node reach every endpoint: the policy is about traffic from outside.
      if (this.options.clusterCIDR !== undefined) rules.push(`ip saddr ${this.options.clusterCIDR} ${cluster}`);
      rules.push('fib saddr type local jump mark-for-masquerade', `fib saddr type local ${cluster}`);
      rules.push(port.localEndpoints.length > 0 ? `goto ${serviceName('local', port)}` : 'drop');
    }
    return rules.map((expression) => ({ expression }));
  }

  private masqueradeInternal(port: ServicePort): Rule[] {
    const { clusterCIDR } = this.options;
    if (clusterCIDR === undefined) return [];
    const toCluster = `ip daddr ${port.clusterIP} ${port.protocol} dport ${port.port}`;
    return [{ expression: `${toCluster} ip saddr != ${clusterCIDR} jump mark-for-masquerade` }];
  }

  private addEndpoint(port: ServicePort, endpoint: Endpoint): void {
    const { address } = endpoint;
    // An endpoint that calls itself through its Service would otherwise answer itself directly.
    const rules = [`ip saddr ${address} jump mark-for-masquerade`];
    if (port.affinitySeconds !== undefined) {
      const name = endpointName('affinity', port, endpoint);
      const definition = `type ipv4_addr; flags dynamic,timeout; timeout ${port.affinitySeconds}s;`;
      this.affinities.push({ kind: 'set', name, definition });
      rules.push(`update @${name} { ip saddr }`);
    }
    rules.push(`meta l4proto ${port.protocol} dnat to ${address}:${endpoint.port}`);
    this.addChain(
      endpointName('endpoint', port, endpoint),
      rules.map((expression) => ({ expression })),
      port,
    );
  }

  /** With a local policy the node is the wrong one: no answer, so that the client or balancer tries another. */
  private refuse(port: ServicePort): string {
    const elsewhere = port.internalPolicy === 'Local' && port.clusterEndpoints.length > 0;
    return elsewhere ? 'goto drop-connection' : 'goto reject-connection';
  }

  private addChain(name: string, rules: readonly Rule[], port: ServicePort): void {
    this.chains.push({ name, rules: rules.map((rule) => ({ ...rule, comment: comment(port) })) });
  }

  private addElement(collection: string, key: string, verdict: string, port: ServicePort): void {
    this.elements.push({ collection, key, element: { verdict, comment: comment(port) } });
  }
}

function isExternal(port: ServicePort): boolean {
  return port.nodePort !== undefined || port.externalIPs.length > 0 || port.loadBalancerIPs.length > 0;
}

/** Sends a known client to its endpoint, and others to one at random. */
function choose(port: ServicePort, endpoints: readonly Endpoint[]): Rule[] {
  const target = (endpoint: Endpoint): string => `goto ${endpointName('endpoint', port, endpoint)}`;
  const known =
    port.affinitySeconds === undefined
      ? []
      : endpoints.map((each) => `ip saddr @${endpointName('affinity', port, each)} ${target(each)}`);
  const choices = endpoints.map((each, index) => `${index} : ${target(each)}`).join(', ');
  return [...known, `numgen random mod ${endpoints.length} vmap { ${choices} }`].map((expression) => ({ expression }));
}
