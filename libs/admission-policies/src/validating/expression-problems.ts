import type { AdmissionRequest } from '@skiff/api-server/admission';
import { ErrorList, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type admissionregistrationv1 } from '@skiff/contracts';
import { compilePolicy } from '../policy/compile';
import type { CompiledExpression } from '@skiff/admission-rules';

type Policy = admissionregistrationv1.ValidatingAdmissionPolicy;

/** Whether a request writes a policy, whose expressions have to compile. */
export const writesPolicy = ({
  resource,
  subresource,
  operation,
}: Pick<AdmissionRequest, 'resource' | 'subresource' | 'operation'>): boolean =>
  resource.group === Kinds.ValidatingAdmissionPolicy.group &&
  resource.resource === Kinds.ValidatingAdmissionPolicy.plural &&
  subresource === '' &&
  (operation === 'CREATE' || operation === 'UPDATE');

/** Refuses a policy whose expressions do not compile; those that it had before stay as they are. Throws Invalid. */
export function requireExpressions({ object, oldObject, name }: AdmissionRequest): void {
  const before = new Set(oldObject ? expressionsOf(oldObject).map(([, { text }]) => text) : []);
  const to = new ErrorList();
  for (const [path, expression] of object ? expressionsOf(object) : [])
    if ('problem' in expression && !before.has(expression.text)) to.invalid(path, expression.text, expression.problem);
  const error = to.toError(Kinds.ValidatingAdmissionPolicy, name);
  if (error) throw error;
}

function expressionsOf(object: ApiObject): (readonly [path: string, expression: CompiledExpression])[] {
  const { variables, conditions, demands, auditAnnotations } = compilePolicy(object as Policy);
  return [
    ...variables.map(({ expression }, index) => [`spec.variables[${index}].expression`, expression] as const),
    ...conditions.map(({ expression }, index) => [`spec.matchConditions[${index}].expression`, expression] as const),
    ...demands.flatMap(({ expression, messageExpression }, index) => [
      [`spec.validations[${index}].expression`, expression] as const,
      ...(messageExpression ? [[`spec.validations[${index}].messageExpression`, messageExpression] as const] : []),
    ]),
    ...auditAnnotations.map(
      ({ expression }, index) => [`spec.auditAnnotations[${index}].valueExpression`, expression] as const,
    ),
  ];
}
