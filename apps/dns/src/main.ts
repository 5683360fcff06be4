import { readFileSync } from 'node:fs';
import { componentService, serveDoors } from '@skiff/component-base';
import { dnsService, readUpstreams, type DnsServiceOptions } from '@skiff/dns';
import { runService } from '@skiff/platform';
import { readConfig, type Config } from './config';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const options = optionsOf(config);
  return componentService({ service: 'dns', userAgent: 'kube-dns' }, config, async (parts, signal) => {
    const dns = dnsService(parts, options);
    await serveDoors(config, parts, { health: () => dns.health() }, signal);
    await dns.run(signal);
  });
});

function optionsOf(config: Config): DnsServiceOptions {
  const { bindAddress: address, port, clusterDns, clusterDomain: domain, ttl, resolvConf } = config;
  return {
    zone: { domain, ttl, address: clusterDns || address },
    upstreams: resolvConf ? readUpstreams(readFileSync(resolvConf, 'utf8'), [address, clusterDns]) : [],
    address,
    port,
  };
}
