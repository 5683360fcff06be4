import type { rbacv1 } from '@skiff/contracts';

function defaultSubjects(subjects: rbacv1.Subject[] | null | undefined): void {
  for (const subject of subjects ?? []) {
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group'))
      subject.apiGroup = 'rbac.authorization.k8s.io';
  }
}

export function defaultRoleBinding(binding: rbacv1.RoleBinding | rbacv1.ClusterRoleBinding): void {
  if (binding.roleRef && !binding.roleRef.apiGroup) binding.roleRef.apiGroup = 'rbac.authorization.k8s.io';
  defaultSubjects(binding.subjects);
}
