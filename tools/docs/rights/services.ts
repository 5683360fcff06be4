import {
  bootstrapClusterRoleBindings,
  bootstrapClusterRoles,
  bootstrapRoleBindings,
  bootstrapRoles,
  nodeRules,
} from '@skiff/api-server';
import type { rbacv1 } from '@skiff/contracts';

/** A program of the cluster and who it is. */
export interface ServiceIdentity {
  readonly name: string;
  /** Ends with a colon where what follows is the name of a node. */
  readonly user: string;
  readonly groups: readonly string[];
  /** The files with its certificate, as `skiff up` names them. */
  readonly certificate: string;
}

export const services: readonly ServiceIdentity[] = [
  { name: 'kubelet', user: 'system:node:', groups: ['system:nodes'], certificate: 'kubelet-<node>' },
  { name: 'proxy', user: 'system:kube-proxy', groups: [], certificate: 'proxy' },
  { name: 'dns', user: 'system:kube-dns', groups: ['system:dns'], certificate: 'dns' },
  { name: 'scheduler', user: 'system:kube-scheduler', groups: [], certificate: 'scheduler' },
  { name: 'controller-manager', user: 'system:kube-controller-manager', groups: [], certificate: 'controller-manager' },
  { name: 'traces', user: 'system:skiff-traces', groups: [], certificate: 'traces' },
  {
    name: 'api-server',
    user: 'kube-apiserver-kubelet-client',
    groups: [],
    certificate: 'api-server-kubelet-client',
  },
];

/** Rules, and what gives them. */
export interface Grant {
  readonly source: string;
  readonly rules: readonly rbacv1.PolicyRule[];
}

/** What a service is granted, beyond what everybody is whom the cluster knows. */
export function grantsOf(service: ServiceIdentity): Grant[] {
  const fromNode = service.groups.includes('system:nodes') ? [{ source: 'Node authorizer', rules: nodeRules }] : [];
  return [
    ...fromNode,
    ...bound(service, bootstrapClusterRoleBindings(), bootstrapClusterRoles()),
    ...inNamespace(service),
  ];
}

type Binding = Pick<rbacv1.ClusterRoleBinding, 'subjects' | 'roleRef'>;
type Role = Pick<rbacv1.ClusterRole, 'metadata' | 'rules'>;

function bound(service: ServiceIdentity, bindings: readonly Binding[], roles: readonly Role[]): Grant[] {
  return bindings
    .filter(({ subjects }) => subjects?.some((subject) => isSubject(service, subject)))
    .map(({ roleRef }) => {
      const role = roles.find(({ metadata }) => metadata?.name === roleRef?.name);
      return { source: roleRef?.name ?? '', rules: role?.rules ?? [] };
    });
}

function inNamespace(service: ServiceIdentity): Grant[] {
  return bound(service, bootstrapRoleBindings(), bootstrapRoles()).map(({ source, rules }) => ({
    source: `${source} in kube-system`,
    rules,
  }));
}

const isSubject = (service: ServiceIdentity, { kind, name = '' }: rbacv1.Subject): boolean =>
  kind === 'User' ? name === service.user : kind === 'Group' && service.groups.includes(name);

/** The service whose identity a user name is. */
export function serviceOf(user: string): ServiceIdentity | undefined {
  return services.find((service) =>
    service.user.endsWith(':') ? user.startsWith(service.user) : user === service.user,
  );
}
