import { readFileSync } from 'node:fs';
import { componentService, lead, serveDoors } from '@skiff/component-base';
import { controllersService, type ControllersServiceOptions } from '@skiff/controllers';
import { runService } from '@skiff/platform';
import { readConfig, type Config } from './config';

void runService(() => {
  const config = readConfig(process.argv.slice(2), process.env);
  const options = optionsOf(config);
  const identity = { service: 'controller-manager', userAgent: 'kube-controller-manager' };
  return componentService(identity, config, async (parts, signal) => {
    const controllers = controllersService(parts, options);
    await serveDoors(config, parts, {}, signal);
    await lead('kube-controller-manager', config, parts, (leading) => controllers.run(leading), signal);
  });
});

function optionsOf(config: Config): ControllersServiceOptions {
  const read = (file: string): string => readFileSync(file, 'utf8');
  return {
    controllers: config.controllers,
    rootCa: read(config.rootCaFile || config.caFile),
    ...(config.allocateNodeCidrs && {
      nodeIpam: { clusterCidr: config.clusterCidr, nodePrefix: config.nodeCidrMaskSize },
    }),
    nodeLifecycle: {
      gracePeriod: config.nodeMonitorGracePeriod,
      startupGracePeriod: config.nodeStartupGracePeriod,
      monitorPeriod: config.nodeMonitorPeriod,
      evictionRate: config.nodeEvictionRate,
    },
    podGc: { terminatedThreshold: config.terminatedPodGcThreshold, period: 20_000, quarantine: 40_000 },
    maxEndpointsPerSlice: config.maxEndpointsPerSlice,
    mirroringMaxEndpointsPerSubset: config.mirroringMaxEndpointsPerSubset,
    ...(config.serviceAccountPrivateKeyFile && {
      serviceAccountPrivateKey: read(config.serviceAccountPrivateKeyFile),
    }),
    ...(config.clusterSigningCertFile && {
      signing: {
        authority: { certificate: read(config.clusterSigningCertFile), key: read(config.clusterSigningKeyFile) },
        duration: config.clusterSigningDuration,
      },
    }),
  };
}
