import type { corev1 } from '@skiff/contracts';

/** A resolver's configuration, as in resolv.conf. */
export interface ResolverConfig {
  readonly servers: string[];
  readonly searches: string[];
  readonly options: string[];
}

export interface ClusterDns {
  readonly servers: readonly string[];
  /** Such as `cluster.local`. */
  readonly domain: string;
  /** The node's own resolver. */
  readonly host: ResolverConfig;
}

/** The resolver of a pod, by its dnsPolicy and dnsConfig. */
export function podResolver(pod: corev1.Pod, cluster: ClusterDns): ResolverConfig {
  const policy = pod.spec?.dnsPolicy ?? 'ClusterFirst';
  const onHost = pod.spec?.hostNetwork === true && policy === 'ClusterFirst';
  let base: ResolverConfig;
  if (policy === 'None') base = { servers: [], searches: [], options: [] };
  else if (policy === 'Default' || onHost || cluster.servers.length === 0) base = cluster.host;
  else {
    const { domain } = cluster;
    const namespace = pod.metadata?.namespace ?? 'default';
    base = {
      servers: [...cluster.servers],
      searches: unique([`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...cluster.host.searches]),
      options: ['ndots:5'],
    };
  }
  const extra = pod.spec?.dnsConfig;
  if (extra === undefined) return base;
  return {
    servers: unique([...base.servers, ...(extra.nameservers ?? [])]),
    searches: unique([...base.searches, ...(extra.searches ?? [])]),
    options: mergeOptions(base.options, extra.options ?? []),
  };
}

function mergeOptions(base: readonly string[], extra: readonly corev1.PodDNSConfigOption[]): string[] {
  const merged = new Map(base.map((option) => [option.split(':')[0] ?? option, option]));
  for (const { name = '', value } of extra)
    merged.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  return [...merged.values()];
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}

/** Reads resolv.conf. */
export function parseResolvConf(text: string): ResolverConfig {
  const result: ResolverConfig = { servers: [], searches: [], options: [] };
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && values[0] !== undefined) result.servers.push(values[0]);
    else if (keyword === 'search')
      result.searches.splice(0, result.searches.length, ...values.filter((v) => v !== '.'));
    else if (keyword === 'options') result.options.push(...values);
  }
  return result;
}

/** Name of a pod within its own network, and its fully qualified one if it has a subdomain. */
export function podHostname(pod: corev1.Pod, clusterDomain: string): { hostname: string; domain: string } {
  const spec = pod.spec;
  const hostname = (spec?.hostnameOverride ?? spec?.hostname ?? pod.metadata?.name ?? '')
    .slice(0, 63)
    .replace(/[-.]+$/, '');
  const namespace = pod.metadata?.namespace ?? 'default';
  const subdomain = spec?.subdomain ?? '';
  const domain = subdomain === '' ? '' : `${subdomain}.${namespace}.svc.${clusterDomain}`;
  return { hostname, domain };
}

/** What a pod's /etc/hosts says. */
export function hostsFile(
  pod: corev1.Pod,
  podIps: readonly string[],
  name: { hostname: string; domain: string },
): string {
  const lines = [
    '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    'fe00::0\tip6-mcastprefix',
    'fe00::1\tip6-allnodes',
    'fe00::2\tip6-allrouters',
  ];
  for (const ip of podIps) {
    const full = name.domain === '' ? '' : `${name.hostname}.${name.domain}\t`;
    lines.push(`${ip}\t${full}${name.hostname}`);
  }
  return `${lines.join('\n')}\n${hostAliasLines(pod)}`;
}

/** Lines of `hostAliases`, as they are appended to a hosts file. */
export function hostAliasLines(pod: corev1.Pod): string {
  const aliases = pod.spec?.hostAliases ?? [];
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip = '', hostnames = [] }) => `${ip}\t${hostnames.join('\t')}`);
  return `\n# Entries added by HostAliases.\n${lines.join('\n')}\n`;
}
