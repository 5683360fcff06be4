import type { rbacv1 } from '@skiff/contracts';
import { eventsRule, read, rule } from './rule';

/** What any kubelet needs; the Node authorizer narrows it to what belongs to its node. */
export const nodeRules: readonly rbacv1.PolicyRule[] = [
  rule('create', 'authentication', 'tokenreviews'),
  rule('create', 'authorization', 'localsubjectaccessreviews subjectaccessreviews'),
  rule(read, 'core', 'services'),
  rule('create get list watch', 'core', 'nodes'),
  rule('patch update', 'core', 'nodes/status'),
  rule('patch update', 'core', 'nodes'),
  eventsRule,
  rule(read, 'core', 'pods'),
  rule('create delete', 'core', 'pods'),
  rule('patch update', 'core', 'pods/status'),
  rule('create', 'core', 'pods/eviction'),
  rule(read, 'core', 'configmaps secrets'),
  rule('get', 'core', 'persistentvolumeclaims persistentvolumes'),
  rule('get', 'core', 'endpoints'),
  rule('create get list watch', 'certificates', 'certificatesigningrequests'),
  rule('create delete get patch update', 'coordination', 'leases'),
  rule('get', 'storage', 'volumeattachments'),
  rule('get patch update', 'core', 'persistentvolumeclaims/status'),
  rule('create', 'core', 'serviceaccounts/token'),
  rule('get', 'core', 'serviceaccounts'),
  rule(read, 'storage', 'csidrivers'),
  rule('create delete get patch update', 'storage', 'csinodes'),
  rule(read, 'node', 'runtimeclasses'),
  rule('get', 'resource', 'resourceclaims'),
  rule('create delete deletecollection get list patch update watch', 'resource', 'resourceslices'),
];
