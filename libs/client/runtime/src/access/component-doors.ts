import type { IncomingMessage } from 'node:http';
import type { Writer } from '@skiff/client';
import type { Clock, MetricsServerOptions, ServiceDoor } from '@skiff/platform';
import { componentGuardTimes, Guard, type Access, type GuardTimes } from './guard';
import { guardCalls, requestCredentials } from './guard-calls';

export interface ComponentDoorsOptions {
  /** What the service shows; without it, nothing is guarded, and it listens on loopback alone. */
  readonly servingCertFile: string;
  readonly servingKeyFile: string;
  /** The CA of clients. */
  readonly caFile: string;
  readonly client: Pick<Writer, 'create'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** How long the API server's answers hold; by default as long as upstream's components keep them. */
  readonly times?: GuardTimes;
  /** gRPC methods whose handlers ask themselves what a caller may, by their paths. */
  readonly handledMethods?: readonly string[];
}

/** How a component of the control plane or of a node is reached. */
export interface ComponentDoors {
  readonly calls: ServiceDoor;
  readonly metrics: Pick<MetricsServerOptions, 'tls' | 'admit'>;
  /** Present when callers are asked who they are. */
  readonly guard?: Guard;
}

/**
 * The doors of a component. Health is everybody's to ask; metrics and reflection are who may `get` or `post` their
 * path, as members of system:monitoring may get /metrics.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/server/options/authorization.go
 */
export function componentDoors(options: ComponentDoorsOptions): ComponentDoors {
  const { servingCertFile, servingKeyFile, caFile, client, clock, handledMethods = [] } = options;
  const { times = componentGuardTimes } = options;
  if (!servingCertFile) return { calls: {}, metrics: {} };
  const tls = { certFile: servingCertFile, keyFile: servingKeyFile, clientCaFile: caFile, certificateIsOptional: true };
  const guard = new Guard({ client, clock, times, trustedGroups: ['system:masters'] });
  const accessOf = (path: string): Access => (handledMethods.includes(path) ? 'known' : methodAccess(path));
  return {
    guard,
    calls: { tls, guard: guardCalls(guard, accessOf) },
    metrics: {
      tls,
      admit: (request, path) => guard.admit(requestCredentials(request), pathAccess(request, path)),
    },
  };
}

const methodAccess = (path: string): Access =>
  path.startsWith('/grpc.health.v1.Health/') ? 'anybody' : [{ path, verb: 'post' }];

const pathAccess = ({ method = 'GET' }: IncomingMessage, path: string): Access =>
  /^\/(healthz|livez|readyz)$/.test(path) ? 'anybody' : [{ path, verb: method.toLowerCase() }];
