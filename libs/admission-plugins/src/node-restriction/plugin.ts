import { nodeOf, refused, type AdmissionPlugin } from '@skiff/api-server/admission';
import { checkClaim } from './claims';
import { checkNode } from './node-object';
import type { NodeRestrictionOptions, NodeWrite } from './node-write';
import { checkCertificateRequest, checkCsiNode, checkLease, checkResourceSlice } from './owned-objects';
import { checkPod } from './pods';
import { checkToken } from './tokens';

/**
 * A kubelet writes only its own node, lease and what belongs to its own pods.
 *
 * Upstream: plugin/pkg/admission/noderestriction/admission.go
 */
export function nodeRestriction(options: NodeRestrictionOptions): AdmissionPlugin {
  return {
    name: 'NodeRestriction',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    validate: {
      run(request) {
        const node = nodeOf(request.userInfo);
        if (node === undefined) return;
        if (node === '')
          throw refused(request, `could not determine node from user ${JSON.stringify(request.userInfo.name)}`);
        return check({ request, node }, options);
      },
    },
  };
}

async function check(write: NodeWrite, options: NodeRestrictionOptions): Promise<void> {
  const { group, resource } = write.request.resource;
  switch (group ? `${resource}.${group}` : resource) {
    case 'pods':
      return checkPod(write, options.reader);
    case 'nodes':
      return checkNode(write);
    case 'persistentvolumeclaims':
      return checkClaim(write);
    case 'serviceaccounts':
      return checkToken(write, options);
    case 'leases.coordination.k8s.io':
      return checkLease(write);
    case 'csinodes.storage.k8s.io':
      return checkCsiNode(write);
    case 'resourceslices.resource.k8s.io':
      return checkResourceSlice(write);
    case 'certificatesigningrequests.certificates.k8s.io':
      return checkCertificateRequest(write);
  }
}
