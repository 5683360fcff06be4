import {
  forbidden,
  forbiddenResource,
  requestedName,
  type Attributes,
  type Authorizer,
  type ResourceAttributes,
} from '../auth/authorization/attributes';
import type { Filter } from '../request/chain';
import type { Request } from '../request/request';
import type { RequestAudit } from '../request/request-audit';
import type { AccessMetrics } from './access-metrics';

/** Lets through what its user may do. Throws Forbidden. */
export const authorize =
  (authorizer: Authorizer, access: AccessMetrics): Filter =>
  (next) =>
  (request) => {
    const attributes = attributesOf(request);
    const { allowed, reason } = authorizer.authorize(attributes);
    access.authorized(request, allowed);
    if (request.audit) tell(request.audit, allowed, reason);
    if (!allowed) throw forbidden(attributes, reason);
    if (attributes.resourceRequest && request.route?.connect?.creates) requireCreate(authorizer, attributes);
    return next(request);
  };

/** Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/authorization.go. */
function tell(audit: RequestAudit, allowed: boolean, reason: string): void {
  audit.annotate('authorization.k8s.io/decision', allowed ? 'allow' : 'forbid');
  audit.annotate('authorization.k8s.io/reason', reason);
}

function attributesOf({ info, user }: Request): Attributes {
  if (!info.resourceRequest) return { user, verb: info.verb, resourceRequest: false, path: info.path };
  const { verb, group, version, resource, subresource, namespace, fieldSelector } = info;
  return {
    user,
    verb,
    resourceRequest: true,
    apiGroup: group,
    apiVersion: version,
    resource,
    subresource,
    namespace,
    name: requestedName(verb, info.name, fieldSelector),
    // A node may list the pods that are its own, and follow single objects that they refer to.
    fieldSelector,
  };
}

/**
 * Who may read must not get into a pod by a WebSocket, which begins with a GET.
 * Upstream: pkg/registry/core/pod/rest/authz.go.
 */
function requireCreate(authorizer: Authorizer, attributes: ResourceAttributes): void {
  if (attributes.verb === 'create') return;
  const { allowed, reason } = authorizer.authorize({ ...attributes, verb: 'create' });
  const { apiGroup: group, resource, name } = attributes;
  if (!allowed) throw forbiddenResource({ group, resource }, name, reason);
}
