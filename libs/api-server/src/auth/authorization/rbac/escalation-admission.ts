import type { rbacv1 } from '@skiff/contracts';
import { rbacGroup, type EscalationCheck } from './escalation';
import type { AdmissionPlugin } from '../../../admission/admission';

/** Nobody grants rights that he does not hold. Upstream checks it in the storage of roles and bindings; it cannot be turned off. */
export function rbacEscalation(check: EscalationCheck): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    validate({ user, operation, group, resource, subresource, object, oldObject }) {
      if (group !== rbacGroup || subresource || (operation !== 'CREATE' && operation !== 'UPDATE')) return;
      if (resource === 'roles' || resource === 'clusterroles')
        check.role(user, resource, object as rbacv1.Role, oldObject as rbacv1.Role | undefined);
      else if (resource === 'rolebindings' || resource === 'clusterrolebindings')
        check.binding(user, resource, object as rbacv1.RoleBinding, oldObject as rbacv1.RoleBinding | undefined);
    },
  };
}
