import { Informer } from '@skiff/client-runtime';
import type { ComponentParts } from '@skiff/component-base';
import { Kinds, type corev1 } from '@skiff/contracts';
import { HealthCheckServers } from './health-check/health-check-servers';
import { ProxyMetrics } from './metrics';
import { runCommand } from './nftables/command';
import { Proxier } from './nftables/proxier';
import { prepareNode } from './prepare-node';
import { runProxyLoop } from './proxy-loop';
import type { RuleOptions } from './rules/base';

export interface ProxyServiceOptions {
  readonly nodeName: string;
  readonly rules: RuleOptions;
  /** Least time between two syncs. */
  readonly minSyncMilliseconds: number;
  /** How often to see whether the rules are still there. */
  readonly checkMilliseconds: number;
  /** Whether to remove the rules in the end; else traffic goes on by them. */
  readonly cleanup: boolean;
}

export interface ProxyService {
  /** Why the node's rules are not to be relied on; undefined when they are. */
  health(): string | undefined;
  /** Keeps the rules of this network namespace as the Services say, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/** Routes the traffic of Services on a node. */
export function proxyService(parts: ComponentParts, options: ProxyServiceOptions): ProxyService {
  const { client, clock, random, logger, tracer } = parts;
  const { nodeName, rules, minSyncMilliseconds, checkMilliseconds } = options;
  const metrics = new ProxyMetrics(parts.metrics, clock);
  const follow = { clock, logger, random };
  const services = new Informer(client, Kinds.Service, follow);
  const slices = new Informer(client, Kinds.EndpointSlice, {
    ...follow,
    labelSelector: 'kubernetes.io/service-name',
  });
  const node = new Informer<corev1.Node>(client, Kinds.Node, {
    ...follow,
    fieldSelector: `metadata.name=${nodeName}`,
  });
  const proxier = new Proxier({ nodeName, rules, run: runCommand, logger });
  return {
    health: () => (metrics.hasSynced ? undefined : 'the rules have not been synced yet'),
    async run(signal) {
      const healthChecks = new HealthCheckServers(logger);
      await prepareNode(logger);
      await Promise.all([services.start(signal), slices.start(signal), node.start(signal)]);
      logger.info('routing services', { node: nodeName, services: services.list().length });
      await runProxyLoop(
        {
          ...{ services, slices, proxier, clock, logger, tracer, minSyncMilliseconds, checkMilliseconds },
          synced(result, milliseconds) {
            metrics.synced(result, milliseconds);
            void healthChecks.sync(result.ports);
          },
          failed: metrics.failed,
          wakeups: (wake) => followZone(node, proxier, wake),
        },
        signal,
      );
      await healthChecks.close();
      if (options.cleanup) await proxier.cleanup();
    },
  };
}

const zoneLabel = 'topology.kubernetes.io/zone';

/** Tells the proxier the zone of its node, now and whenever it changes. */
function followZone(node: Informer<corev1.Node>, proxier: Proxier, wake: () => void): void {
  let zone: string | undefined;
  const look = ({ metadata }: corev1.Node): void => {
    const label = metadata?.labels?.[zoneLabel];
    if (label === zone) return;
    zone = label;
    proxier.setZone(zone);
    wake();
  };
  node.subscribe({ added: look, updated: (_old, changed) => look(changed) });
}
