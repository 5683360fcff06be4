import { ageColumn, ageOf, column, type ColumnDefinition, nameColumn, nameOf } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';

export const bindingColumns: readonly ColumnDefinition[] = [
  nameColumn,
  column('Role', 'What may be done.'),
  ageColumn,
  column('Users', 'Users who may do it.', { wide: true }),
  column('Groups', 'Groups that may do it.', { wide: true }),
  column('ServiceAccounts', 'Service accounts that may do it.', { wide: true }),
];

export function bindingCells(binding: rbacv1.RoleBinding | rbacv1.ClusterRoleBinding, now: number): unknown[] {
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
