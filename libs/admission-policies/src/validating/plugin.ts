import type { AdmissionParts, AdmissionPlugin, AdmissionTarget, Operation } from '@skiff/api-server/admission';
import { matchOf } from '../policy/matching';
import type { ValidatingPolicies } from '../policy/policies';
import { requireExpressions, writesPolicy } from './expression-problems';
import { Validation, type PlannedPolicy } from './validation';

/** Webhooks and policies decide nothing about themselves, or nobody could mend them. */
const exemptGroup = 'admissionregistration.k8s.io';

/** Refuses what policies deny, warns of it, and notes it for the audit log. */
export function validatingPolicies(parts: AdmissionParts, policies: ValidatingPolicies): AdmissionPlugin {
  const plans = new WeakMap<AdmissionTarget, Map<Operation, readonly PlannedPolicy[]>>();
  const plan = (target: AdmissionTarget, operation: Operation): readonly PlannedPolicy[] => {
    let planned = plans.get(target);
    if (!planned) plans.set(target, (planned = new Map()));
    const found = target.resource.group === exemptGroup ? [] : planFor(target, operation);
    planned.set(operation, found);
    return found;
  };
  const planFor = (target: AdmissionTarget, operation: Operation): readonly PlannedPolicy[] =>
    policies.all.flatMap((bound) => {
      const matched = matchOf(bound.policy.constraints, parts, target, operation);
      return matched ? [{ ...bound, matched }] : [];
    });
  return {
    name: 'ValidatingAdmissionPolicy',
    operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    validate: {
      applies: (target, operation) => writesPolicy({ ...target, operation }) || plan(target, operation).length > 0,
      run: (request) => {
        const { target, operation } = request;
        if (writesPolicy(request)) return requireExpressions(request);
        const planned = plans.get(target)?.get(operation) ?? plan(target, operation);
        return new Validation(parts, request).run(planned);
      },
    },
  };
}
