import type { Chain, Collection, Rule } from './table';

/** Settings of the proxy that shape its rules. */
export interface RuleOptions {
  /** Name of the table. Default `skiff-proxy`. */
  readonly table?: string;
  /** Range of all pods: sources outside of it are masqueraded on their way to a cluster IP. Absent masquerades none. */
  readonly clusterCIDR?: string;
  /** Ranges of node addresses that take NodePorts. Absent: every address of the node but loopback. */
  readonly nodePortAddresses?: readonly string[];
  /** The bit of the packet mark that asks for masquerading. Default 0x4000. */
  readonly masqueradeBit?: number;
}

export const defaultTable = 'skiff-proxy';

export const serviceIps = 'service-ips';
export const serviceNodePorts = 'service-nodeports';
export const noEndpointServices = 'no-endpoint-services';
export const noEndpointNodePorts = 'no-endpoint-nodeports';
export const clusterIps = 'cluster-ips';

const toMap = 'type ipv4_addr . inet_proto . inet_service : verdict;';
const portMap = 'type inet_proto . inet_service : verdict;';

/** The definitions of the collections that Services fill. */
export const collectionDefinitions: Readonly<Record<string, Omit<Collection, 'name' | 'elements'>>> = {
  [serviceIps]: { kind: 'map', definition: toMap },
  [serviceNodePorts]: { kind: 'map', definition: portMap },
  [noEndpointServices]: { kind: 'map', definition: toMap },
  [noEndpointNodePorts]: { kind: 'map', definition: portMap },
  [clusterIps]: { kind: 'set', definition: 'type ipv4_addr;' },
};

const rules = (...expressions: string[]): Rule[] => expressions.map((expression) => ({ expression }));

/**
 * The chains that do not depend on Services. Packets are checked for Services without
 * endpoints before their destination is rewritten (priority -110, before -100).
 */
export function baseChains(options: RuleOptions): Chain[] {
  const bit = `0x${(options.masqueradeBit ?? 0x4000).toString(16)}`;
  const toNode = nodePortMatch(options.nodePortAddresses);
  const hook = (type: string, name: string, priority: number): string =>
    `type ${type} hook ${name} priority ${priority};`;
  return [
    {
      name: 'services',
      rules: rules(
        `ip daddr . meta l4proto . th dport vmap @${serviceIps}`,
        `${toNode} meta l4proto . th dport vmap @${serviceNodePorts}`,
      ),
    },
    {
      name: 'no-endpoints-check',
      rules: rules(
        `ip daddr . meta l4proto . th dport vmap @${noEndpointServices}`,
        `${toNode} meta l4proto . th dport vmap @${noEndpointNodePorts}`,
      ),
    },
    { name: 'cluster-ips-check', rules: rules(`ip daddr @${clusterIps} goto reject-connection`) },
    { name: 'reject-connection', rules: rules('meta l4proto tcp reject with tcp reset', 'reject') },
    { name: 'drop-connection', rules: rules('drop') },
    { name: 'mark-for-masquerade', rules: rules(`mark set mark or ${bit}`) },
    {
      name: 'masquerading',
      // The mark is cleared, so that a packet that is sent on through a tunnel is not masqueraded twice.
      rules: rules(`mark and ${bit} == 0 return`, `mark set mark xor ${bit}`, 'masquerade fully-random'),
    },
    { name: 'filter-input', hook: hook('filter', 'input', -110), rules: rules('ct state new jump no-endpoints-check') },
    {
      name: 'filter-forward',
      hook: hook('filter', 'forward', -110),
      rules: rules('ct state new jump no-endpoints-check', 'ct state new jump cluster-ips-check'),
    },
    {
      name: 'filter-output',
      hook: hook('filter', 'output', -110),
      rules: rules('ct state new jump no-endpoints-check'),
    },
    {
      name: 'filter-output-post-dnat',
      hook: hook('filter', 'output', -90),
      rules: rules('ct state new jump cluster-ips-check'),
    },
    { name: 'nat-prerouting', hook: hook('nat', 'prerouting', -100), rules: rules('jump services') },
    { name: 'nat-output', hook: hook('nat', 'output', -100), rules: rules('jump services') },
    { name: 'nat-postrouting', hook: hook('nat', 'postrouting', 100), rules: rules('jump masquerading') },
  ];
}

function nodePortMatch(ranges: readonly string[] | undefined): string {
  if (ranges === undefined || ranges.length === 0) return 'fib daddr type local ip daddr != 127.0.0.0/8';
  return `fib daddr type local ip daddr { ${ranges.join(', ')} }`;
}
