import { Kinds, type certificatesv1 } from '@skiff/contracts';
import { validateSigningRequest, validateSigningRequestChange } from '../certificates';
import * as cluster from '../cluster';
import { pathSegmentNameRule } from '@skiff/apimachinery';
import { also, rulesFor, type Compare } from './rules';

function changeOfSigningRequest(subresource: string): Compare<certificatesv1.CertificateSigningRequest> {
  return also(validateSigningRequest, (request, old, to) =>
    validateSigningRequestChange(request, old, subresource, to),
  );
}

export const clusterRules = [
  rulesFor(Kinds.Lease, { create: cluster.validateLease }),
  rulesFor(Kinds.Role, { name: pathSegmentNameRule, create: cluster.validateRole }),
  rulesFor(Kinds.ClusterRole, { name: pathSegmentNameRule, create: cluster.validateClusterRole }),
  rulesFor(Kinds.RoleBinding, {
    name: pathSegmentNameRule,
    create: cluster.validateRoleBinding,
    update: also(cluster.validateRoleBinding, cluster.fixedRole),
  }),
  rulesFor(Kinds.ClusterRoleBinding, {
    name: pathSegmentNameRule,
    create: cluster.validateClusterRoleBinding,
    update: also(cluster.validateClusterRoleBinding, cluster.fixedRole),
  }),
  rulesFor(Kinds.PriorityClass, { create: cluster.validatePriorityClass, update: cluster.fixedPriority }),
  rulesFor(Kinds.CertificateSigningRequest, {
    // Upstream does not care what a request is called.
    name: () => [],
    create: validateSigningRequest,
    update: changeOfSigningRequest(''),
    subresources: { status: changeOfSigningRequest('status'), approval: changeOfSigningRequest('approval') },
  }),
  // Upstream takes any name that fits in a path.
  rulesFor(Kinds.APIService, { name: pathSegmentNameRule }),
];
