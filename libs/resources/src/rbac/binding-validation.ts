import { child, dns1123Subdomain, type ErrorList, same } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';

const rbacGroup = 'rbac.authorization.k8s.io';

export type RoleBinding = Pick<rbacv1.RoleBinding, 'roleRef' | 'subjects'>;

export function validateBinding(
  { roleRef = {}, subjects }: RoleBinding,
  roleKinds: string[],
  namespaced: boolean,
  to: ErrorList,
): void {
  if (roleRef.apiGroup !== rbacGroup) to.notSupported('roleRef.apiGroup', roleRef.apiGroup ?? '', [rbacGroup]);
  if (!roleKinds.includes(roleRef.kind ?? '')) to.notSupported('roleRef.kind', roleRef.kind ?? '', roleKinds);
  if (!roleRef.name) to.required('roleRef.name');
  for (const [index, subject] of (subjects ?? []).entries()) {
    const at = `subjects[${index}]`;
    const { kind = '', name = '', apiGroup = '', namespace = '' } = subject;
    if (name === '') to.required(child(at, 'name'));
    if (kind === 'ServiceAccount') {
      if (name) to.all(child(at, 'name'), name, dns1123Subdomain(name));
      if (apiGroup) to.notSupported(child(at, 'apiGroup'), apiGroup, ['']);
      if (!namespaced && namespace === '') to.required(child(at, 'namespace'));
    } else if (kind === 'User' || kind === 'Group') {
      if (apiGroup !== rbacGroup) to.notSupported(child(at, 'apiGroup'), apiGroup, [rbacGroup]);
    } else to.notSupported(child(at, 'kind'), kind, ['ServiceAccount', 'User', 'Group']);
  }
}

export function fixedRole(binding: RoleBinding, old: RoleBinding, to: ErrorList): void {
  const { apiGroup = '', kind = '', name = '' } = binding.roleRef ?? {};
  // Upstream shows its internal type, whose fields have no JSON names.
  const shown = { APIGroup: apiGroup, Kind: kind, Name: name };
  if (!same(binding.roleRef, old.roleRef)) to.invalid('roleRef', shown, 'cannot change roleRef');
}
