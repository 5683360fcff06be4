import type { rbacv1 } from '@skiff/contracts';
import type { AdmissionPlugin } from '../../../admission/plugin';
import { rbacGroup, type EscalationCheck } from './escalation';

const resources = ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'];

/** Nobody grants rights that he does not hold. Upstream checks it in the storage of roles and bindings; it cannot be turned off. */
export function rbacEscalation(check: EscalationCheck): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    operations: ['CREATE', 'UPDATE'],
    validate: {
      resources: resources.map((resource) => `${resource}.${rbacGroup}`),
      run({ userInfo, resource: { resource }, object, oldObject }) {
        if (resource === 'roles' || resource === 'clusterroles')
          check.role(userInfo, resource, object as rbacv1.Role, oldObject as rbacv1.Role | undefined);
        else if (resource === 'rolebindings' || resource === 'clusterrolebindings')
          check.binding(userInfo, resource, object as rbacv1.RoleBinding, oldObject as rbacv1.RoleBinding | undefined);
      },
    },
  };
}
