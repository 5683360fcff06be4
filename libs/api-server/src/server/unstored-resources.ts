import type { Admission } from '../admission/chain';
import type { AdmissionReader } from '../admission/reader';
import { accessReviews } from '../auth/reviews/access-reviews';
import { identityReviews } from '../auth/reviews/identity-reviews';
import {
  bindingResource,
  componentStatusResource,
  podBinding,
  podEviction,
  serviceAccountToken,
} from '@skiff/resources';
import { action, type Actions, type Connects } from '../request/handlers';
import type { Views } from '../operations/resource-view';
import type { ServerParts } from './server-parts';
import type { GrpcMethod } from '../transports/grpc/method';
import { nodeMethods } from '../streaming/node-gateway';
import type { NodeConnections } from '../streaming/node-connections';
import { PodStreams } from '../streaming/pod-streams';
import { ResourceProxy } from '../streaming/proxy/proxy';
import { podConnections, proxyConnections } from '../subresources/connect';
import { bindingAction } from '../subresources/binding';
import { componentStatuses } from '../subresources/component-statuses';
import { eviction } from '../subresources/eviction';
import { tokenRequest } from '../subresources/token-request';
import { aggregateClusterRoles } from '../bootstrap/aggregation';

export interface UnstoredHandlers {
  readonly actions: Actions;
  readonly connects: Connects;
  /** Resources that are not stored. */
  readonly views: Views;
  /** What runs in pods, over gRPC. */
  readonly nodeMethods: Readonly<Record<string, GrpcMethod>>;
}

/** Reviews, tokens, eviction, streams and what else a server of resources needs to be a Kubernetes. */
export function handleUnstored(
  parts: ServerParts & { readonly admission: Admission },
  { reader, nodes }: { readonly reader: AdmissionReader; readonly nodes: NodeConnections },
): UnstoredHandlers {
  const { registry, store, authorization, tokens, tokenAuthenticator, admission, clock, random, logger } = parts;
  const { reviewer, rbac } = authorization;
  const { apiAudiences } = tokenAuthenticator;
  aggregateClusterRoles(registry, logger).catch((error: unknown) =>
    logger.error('cluster roles are not aggregated', { error }),
  );
  const binding = bindingAction({ registry, admission, clock, random });
  return {
    actions: new Map([
      action(serviceAccountToken, tokenRequest({ reader, admission, tokens, apiAudiences, clock, random })),
      action(podEviction, eviction({ reader, registry, admission, clock, random })),
      action(podBinding, binding),
      action(bindingResource, binding),
      ...accessReviews(reviewer, rbac),
      ...identityReviews(tokenAuthenticator),
    ]),
    connects: new Map([
      ...podConnections(new PodStreams({ reader, nodes, clock })),
      ...proxyConnections(new ResourceProxy({ reader, nodes, random })),
    ]),
    views: new Map([[componentStatusResource, componentStatuses(registry, store, clock)]]),
    nodeMethods: nodeMethods({ reader, nodes }),
  };
}
