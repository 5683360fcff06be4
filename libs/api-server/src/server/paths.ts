import type { Clock } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { ServiceAccountTokens } from '../auth/authentication/service-account-tokens';
import type { DiscoveryHandler } from '../discovery/discovery-handler';
import type { FlowController } from '../flow-control/flow-controller';
import { discoveryPaths } from '../routing/discovery';
import { flowControlPaths } from '../routing/flow-control';
import { healthPaths, type HealthCheck } from '../routing/health';
import { openIdPaths } from '../routing/openid';
import { PathTable } from '../routing/paths';
import { version } from '../routing/version';
import { sendRawJson, sendText } from '../transports/rest/answers';

export interface PathParts {
  readonly discovery: DiscoveryHandler;
  readonly store: Store;
  readonly tokens: ServiceAccountTokens;
  /** Where the server is reached from elsewhere. */
  readonly advertise: { readonly address: string; readonly port: number };
  readonly metrics: MetricsRegistry;
  readonly clock: Clock;
  /** Absent: requests do not wait for one another. */
  readonly flowController: FlowController | undefined;
}

/** What is served beside resources. */
export function createPaths(parts: PathParts): PathTable {
  const { discovery, store, tokens, advertise, metrics, clock, flowController } = parts;
  return new PathTable(
    [
      ...discoveryPaths(discovery),
      ...openIdPaths(tokens, advertise),
      ...healthPaths(healthChecks(store)),
      ...(flowController ? flowControlPaths(flowController, clock) : []),
      { path: '/version', slash: true, handler: ({ response }) => sendRawJson(response, 200, version) },
      { path: '/metrics', handler: async ({ response }) => sendText(response, 200, await metrics.metrics()) },
    ],
    () => discovery.documents.current.paths,
  );
}

function healthChecks(store: Store): HealthCheck[] {
  return [
    { name: 'ping', check: () => undefined },
    { name: 'log', check: () => undefined },
    { name: 'etcd', check: async () => void (await store.currentRevision()) },
    { name: 'poststarthook/rbac/bootstrap-roles', check: () => undefined },
    { name: 'poststarthook/scheduling/bootstrap-system-priority-classes', check: () => undefined },
  ];
}
