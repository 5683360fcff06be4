import type { metav1, rbacv1 } from '@skiff/contracts';
import { read, readWrite, rule, urlRule, write } from './rule';

export interface RoleSpec {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly rules?: readonly rbacv1.PolicyRule[];
  readonly aggregationRule?: rbacv1.AggregationRule;
}

const aggregateTo = (role: string): Record<string, string> => ({
  [`rbac.authorization.k8s.io/aggregate-to-${role}`]: 'true',
});
const aggregated = (role: string): rbacv1.AggregationRule => ({
  clusterRoleSelectors: [{ matchLabels: aggregateTo(role) } satisfies metav1.LabelSelector],
});

const publicUrls = '/healthz /livez /readyz /version /version/';

/** Roles that people are given: the whole cluster, a namespace, or nothing but discovery. */
export const userRoles: readonly RoleSpec[] = [
  { name: 'cluster-admin', rules: [rule('*', '*', '*'), urlRule('*', '*')] },
  {
    name: 'system:discovery',
    rules: [urlRule('get', '/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/')],
  },
  {
    name: 'system:basic-user',
    rules: [
      rule('create', 'authorization', 'selfsubjectaccessreviews selfsubjectrulesreviews'),
      rule('create', 'authentication', 'selfsubjectreviews'),
    ],
  },
  { name: 'system:public-info-viewer', rules: [urlRule('get', publicUrls)] },
  {
    name: 'system:monitoring',
    rules: [urlRule('get', '/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*')],
  },
  { name: 'admin', aggregationRule: aggregated('admin') },
  { name: 'edit', labels: aggregateTo('admin'), aggregationRule: aggregated('edit') },
  { name: 'view', labels: aggregateTo('edit'), aggregationRule: aggregated('view') },
  {
    name: 'system:aggregate-to-admin',
    labels: aggregateTo('admin'),
    rules: [
      rule('create', 'authorization', 'localsubjectaccessreviews'),
      rule(readWrite, 'rbac', 'rolebindings roles'),
    ],
  },
  {
    name: 'system:aggregate-to-edit',
    labels: aggregateTo('edit'),
    rules: [
      // Reading these amounts to more than viewing.
      rule(read, 'core', 'pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy'),
      rule('impersonate', 'core', 'serviceaccounts'),
      rule(write, 'core', 'pods pods/attach pods/exec pods/portforward pods/proxy'),
      rule('create', 'core', 'pods/eviction'),
      rule(
        write,
        'core',
        'configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy',
      ),
      rule('create', 'core', 'serviceaccounts/token'),
      rule(
        write,
        'apps',
        'daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale',
      ),
      rule(write, 'autoscaling', 'horizontalpodautoscalers'),
      rule(write, 'batch', 'cronjobs jobs'),
      rule(write, 'policy', 'poddisruptionbudgets'),
      rule(write, 'networking', 'ingresses networkpolicies'),
      rule(write, 'coordination', 'leases'),
      rule(write, 'resource', 'resourceclaims resourceclaimtemplates'),
    ],
  },
  {
    name: 'system:aggregate-to-view',
    labels: aggregateTo('view'),
    rules: [
      rule(
        read,
        'core',
        'configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status',
      ),
      rule(
        read,
        'core',
        'bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status',
      ),
      // Read in a namespace, it is that namespace alone.
      rule(read, 'core', 'namespaces'),
      rule(read, 'discovery', 'endpointslices'),
      rule(
        read,
        'apps',
        'controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status',
      ),
      rule(read, 'autoscaling', 'horizontalpodautoscalers horizontalpodautoscalers/status'),
      rule(read, 'batch', 'cronjobs cronjobs/status jobs jobs/status'),
      rule(read, 'policy', 'poddisruptionbudgets poddisruptionbudgets/status'),
      rule(read, 'networking', 'ingresses ingresses/status networkpolicies'),
      rule(read, 'coordination', 'leases'),
      rule(read, 'resource', 'resourceclaims resourceclaims/status resourceclaimtemplates'),
    ],
  },
];
