import { nodeRules } from './node-rules';
import { eventsRule, read, rule, urlRule } from './rule';
import type { RoleSpec } from './user-roles';

/** Who only asks the API server who somebody is and what he may do. */
const reviewRules = [
  rule('create', 'authentication', 'tokenreviews'),
  rule('create', 'authorization', 'subjectaccessreviews'),
];

const leaderElection = (lease: string) => [
  rule('create', 'coordination', 'leases'),
  rule('get patch update', 'coordination', 'leases', lease),
];

/** Roles of the programs that make up a cluster. */
export const componentRoles: readonly RoleSpec[] = [
  { name: 'system:node', rules: nodeRules },
  {
    name: 'system:node-problem-detector',
    rules: [rule('get', 'core', 'nodes'), rule('patch', 'core', 'nodes/status'), eventsRule],
  },
  {
    name: 'system:kubelet-api-admin',
    rules: [
      rule(read, 'core', 'nodes'),
      rule('proxy', 'core', 'nodes'),
      rule('*', 'core', 'nodes/log nodes/metrics nodes/proxy nodes/stats'),
      rule('*', 'core', 'nodes/configz nodes/healthz nodes/pods'),
    ],
  },
  {
    name: 'system:node-bootstrapper',
    rules: [rule('create get list watch', 'certificates', 'certificatesigningrequests')],
  },
  { name: 'system:auth-delegator', rules: reviewRules },
  { name: 'system:kube-aggregator', rules: [rule(read, 'core', 'endpoints services')] },
  {
    name: 'system:kube-controller-manager',
    rules: [
      eventsRule,
      ...leaderElection('kube-controller-manager'),
      rule('create', 'core', 'secrets serviceaccounts'),
      rule('delete', 'core', 'secrets'),
      rule('get', 'core', 'configmaps namespaces secrets serviceaccounts'),
      rule('update', 'core', 'secrets serviceaccounts'),
      ...reviewRules,
      // Informers of every kind.
      rule('list watch', '*', '*'),
      rule('create', 'core', 'serviceaccounts/token'),
    ],
  },
  {
    name: 'system:kube-scheduler',
    rules: [
      eventsRule,
      ...leaderElection('kube-scheduler'),
      rule(read, 'core', 'nodes namespaces'),
      rule('delete get list watch', 'core', 'pods'),
      rule('create', 'core', 'bindings pods/binding'),
      rule('patch update', 'core', 'pods/status'),
      rule(read, 'core', 'replicationcontrollers services'),
      rule(read, 'apps', 'replicasets statefulsets'),
      rule(read, 'policy', 'poddisruptionbudgets'),
      rule(read, 'core', 'persistentvolumeclaims persistentvolumes'),
      ...reviewRules,
      rule(read, 'storage', 'csidrivers csinodes csistoragecapacities volumeattachments'),
      rule(read, 'resource', 'deviceclasses resourceclaims resourceslices'),
      rule('patch update', 'resource', 'resourceclaims resourceclaims/status'),
      rule(read, 'scheduling.k8s.io', 'priorityclasses'),
    ],
  },
  {
    name: 'system:volume-scheduler',
    rules: [
      rule('get list patch update watch', 'core', 'persistentvolumes'),
      rule(read, 'storage', 'storageclasses'),
      rule('get list patch update watch', 'core', 'persistentvolumeclaims'),
    ],
  },
  {
    name: 'system:node-proxier',
    rules: [
      rule('list watch', 'core', 'endpoints services'),
      rule(read, 'core', 'nodes'),
      eventsRule,
      rule('list watch', 'discovery', 'endpointslices'),
      rule('list watch', 'networking', 'servicecidrs'),
    ],
  },
  { name: 'system:kube-dns', rules: [rule('list watch', 'core', 'endpoints services')] },
  {
    // What Skiff's own DNS service answers from.
    name: 'system:skiff:dns',
    rules: [rule('list watch', 'core', 'namespaces services'), rule('list watch', 'discovery', 'endpointslices')],
  },
  {
    // The traces service takes spans from them.
    name: 'system:skiff:span-writer',
    rules: [urlRule('post', '/opentelemetry.proto.collector.trace.v1.TraceService/Export')],
  },
  {
    // For those whom an administrator lets see what caused what, in all namespaces.
    name: 'system:skiff:trace-reader',
    rules: [urlRule('post', '/skiff.traces.v1.TraceQueryService/Explain')],
  },
  {
    name: 'system:persistent-volume-provisioner',
    rules: [
      rule('create delete get list watch', 'core', 'persistentvolumes'),
      rule('get list update watch', 'core', 'persistentvolumeclaims'),
      rule(read, 'storage', 'storageclasses'),
      rule('watch', 'core', 'events'),
      eventsRule,
    ],
  },
  {
    name: 'system:service-account-issuer-discovery',
    rules: [
      urlRule(
        'get',
        '/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/',
      ),
    ],
  },
  ...certificateRoles(),
];

function certificateRoles(): RoleSpec[] {
  const requests = ['nodeclient', 'selfnodeclient'].map((kind) => ({
    name: `system:certificates.k8s.io:certificatesigningrequests:${kind}`,
    rules: [rule('create', 'certificates', `certificatesigningrequests/${kind}`)],
  }));
  const approvers = [
    ['legacy-unknown', 'kubernetes.io/legacy-unknown'],
    ['kubelet-serving', 'kubernetes.io/kubelet-serving'],
    ['kube-apiserver-client', 'kubernetes.io/kube-apiserver-client'],
    ['kube-apiserver-client-kubelet', 'kubernetes.io/kube-apiserver-client-kubelet'],
  ].map(([name, signer]) => ({
    name: `system:certificates.k8s.io:${name}-approver`,
    rules: [rule('approve', 'certificates', 'signers', signer ?? '')],
  }));
  return [...requests, ...approvers];
}
