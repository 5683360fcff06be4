import type { ChannelCredentials } from '@grpc/grpc-js';
import type { Admission } from '../admission/chain';
import { registryReader } from '../admission/registry-access';
import { accessReviews } from '../auth/reviews/access-reviews';
import { identityReviews } from '../auth/reviews/identity-reviews';
import type { ActionHandler, ConnectHandler } from '../subresources/handlers';
import type { ServerParts } from '../server/parts';
import type { GrpcMethod } from '../transports/grpc/method';
import { nodeMethods } from '../transports/grpc/node-gateway';
import { NodeConnections } from '../streaming/node-connections';
import { PodStreams } from '../streaming/pod-streams';
import { ResourceProxy } from '../streaming/proxy/proxy';
import { podConnections, proxyConnections } from '../subresources/connect';
import { eviction } from '../subresources/eviction';
import { tokenRequest } from '../subresources/token-request';
import { aggregateClusterRoles } from './aggregation';

export interface Extension {
  readonly actions: ReadonlyMap<string, ActionHandler>;
  readonly connects: ReadonlyMap<string, ConnectHandler>;
  /** What runs in pods, over gRPC. */
  readonly nodeMethods: Readonly<Record<string, GrpcMethod>>;
  /** Ends the connections to the kubelets. */
  close(): void;
}

/** Reviews, tokens, eviction, streams and what else a server of resources needs to be a Kubernetes. */
export function extendServer(
  parts: ServerParts & { readonly admission: Admission },
  kubeletCredentials: ChannelCredentials,
): Extension {
  const { registry, authorization, tokens, tokenAuthenticator, admission, clock, random, logger } = parts;
  const { reviewer, rbac } = authorization;
  const reader = registryReader(registry);
  const nodes = new NodeConnections(reader, kubeletCredentials);
  const { apiAudiences } = tokenAuthenticator;
  aggregateClusterRoles(registry, logger).catch((error: unknown) =>
    logger.error('cluster roles are not aggregated', { error }),
  );
  return {
    actions: new Map<string, ActionHandler>([
      ['/serviceaccounts/token', tokenRequest({ reader, admission, tokens, apiAudiences, clock })],
      ['/pods/eviction', eviction({ reader, registry, admission, clock })],
      ...accessReviews(reviewer, rbac),
      ...identityReviews(tokenAuthenticator),
    ]),
    connects: new Map([
      ...podConnections(new PodStreams({ reader, nodes, clock })),
      ...proxyConnections(new ResourceProxy({ reader, nodes, random })),
    ]),
    nodeMethods: nodeMethods({ reader, nodes }),
    close: () => nodes.close(),
  };
}
