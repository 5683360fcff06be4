import { hostname } from 'node:os';
import { componentService, serveDoors } from '@skiff/component-base';
import { runService, serveHealthz } from '@skiff/platform';
import { proxyService, type ProxyServiceOptions } from '@skiff/proxy';
import { readConfig, type Config } from './config';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const options = optionsOf(config);
  const identity = { service: 'proxy', userAgent: 'kube-proxy', instance: options.nodeName };
  return componentService(identity, config, async (parts, signal) => {
    const proxy = proxyService(parts, options);
    const health = (): string | undefined => proxy.health();
    await serveDoors(config, parts, { health }, signal);
    if (config.healthzAddress !== config.metricsAddress)
      await serveHealthz({ address: config.healthzAddress, health }, signal);
    await proxy.run(signal);
  });
});

function optionsOf(config: Config): ProxyServiceOptions {
  return {
    nodeName: config.nodeName || hostname().toLowerCase(),
    rules: {
      table: config.table,
      masqueradeBit: 2 ** config.masqueradeBit,
      ...(config.clusterCidr === '' ? {} : { clusterCIDR: config.clusterCidr }),
      ...(config.nodePortAddresses.length === 0 ? {} : { nodePortAddresses: config.nodePortAddresses }),
    },
    minSyncMilliseconds: config.minSyncPeriod,
    checkMilliseconds: config.syncPeriod,
    cleanup: config.cleanup,
  };
}
