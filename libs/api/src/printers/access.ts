import type { certificatesv1, rbacv1 } from '@skiff/contracts';
import {
  ageColumn,
  ageOf,
  column,
  nameColumn,
  nameOf,
  humanDuration,
  type ColumnDefinition,
} from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

const bindingColumns: readonly ColumnDefinition[] = [
  nameColumn,
  column('Role', 'What may be done.'),
  ageColumn,
  column('Users', 'Users who may do it.', { wide: true }),
  column('Groups', 'Groups that may do it.', { wide: true }),
  column('ServiceAccounts', 'Service accounts that may do it.', { wide: true }),
];

function bindingCells(binding: rbacv1.RoleBinding | rbacv1.ClusterRoleBinding, now: number): unknown[] {
  const of = (kind: string): rbacv1.Subject[] => (binding.subjects ?? []).filter((subject) => subject.kind === kind);
  const accounts = of('ServiceAccount').map(({ namespace = '', name = '' }) => `${namespace}/${name}`);
  return [
    nameOf(binding),
    `${binding.roleRef?.kind ?? ''}/${binding.roleRef?.name ?? ''}`,
    ageOf(binding, now),
    of('User')
      .map(({ name }) => name)
      .join(', '),
    of('Group')
      .map(({ name }) => name)
      .join(', '),
    accounts.join(', '),
  ];
}

function conditionOf({ status }: certificatesv1.CertificateSigningRequest): string {
  const has = (type: string): boolean => status?.conditions?.some((condition) => condition.type === type) ?? false;
  const verdict = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return [verdict, ...(has('Failed') ? ['Failed'] : []), ...(status?.certificate ? ['Issued'] : [])].join(',');
}

export const accessPrinters: readonly Printer[] = [
  printer<rbacv1.RoleBinding>('rbac.authorization.k8s.io/rolebindings', bindingColumns, bindingCells),
  printer<rbacv1.ClusterRoleBinding>('rbac.authorization.k8s.io/clusterrolebindings', bindingColumns, bindingCells),
  printer<certificatesv1.CertificateSigningRequest>(
    'certificates.k8s.io/certificatesigningrequests',
    [
      nameColumn,
      ageColumn,
      column('SignerName', 'Who is to sign it.'),
      column('Requestor', 'Who asks for it.'),
      column('RequestedDuration', 'For how long.'),
      column('Condition', 'What has become of it.'),
    ],
    (request, now) => {
      const { signerName, username, expirationSeconds: seconds } = request.spec ?? {};
      return [
        nameOf(request),
        ageOf(request, now),
        signerName || '<none>',
        username ?? '',
        seconds === undefined ? '<none>' : humanDuration(seconds * 1000),
        conditionOf(request),
      ];
    },
  ),
];
