import { child, dns1123Subdomain, type ErrorList, type Validation } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';
import { validateConditions } from '../conditions';
import { keepFixed, mandatoryFlowSchemas } from '../mandatory';
import { validateRule } from './rules-validation';

const highestPrecedence = 10_000;
const distinguishers = ['ByNamespace', 'ByUser'];

/** Upstream: ValidateFlowSchema in pkg/apis/flowcontrol/validation/validation.go. */
function validateFlowSchema({ metadata, spec = {}, status }: flowcontrolv1.FlowSchema, to: ErrorList): void {
  const name = metadata?.name ?? '';
  validatePrecedence(name, spec.matchingPrecedence ?? 0, to);
  const { distinguisherMethod: method, priorityLevelConfiguration, rules } = spec;
  if (method && !distinguishers.includes(method.type ?? ''))
    to.notSupported('spec.distinguisherMethod.type', method, distinguishers);
  const level = priorityLevelConfiguration?.name ?? '';
  const path = 'spec.priorityLevelConfiguration.name';
  if (level === '') to.required(path, 'must reference a priority level');
  else to.all(path, level, dns1123Subdomain(level));
  for (const [index, rule] of (rules ?? []).entries()) validateRule(rule, child('spec', `rules[${index}]`), to);
  keepFixed(name, spec, mandatoryFlowSchemas.get(name), to);
  validateConditions(status?.conditions, to);
}

function validatePrecedence(name: string, precedence: number, to: ErrorList): void {
  const path = 'spec.matchingPrecedence';
  if (precedence <= 0) to.invalid(path, precedence, 'must be a positive value');
  if (precedence > highestPrecedence) to.invalid(path, precedence, `must not be greater than ${highestPrecedence}`);
  if (precedence === 1 && name !== 'exempt')
    to.invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
}

export const flowSchemaValidation: Validation<flowcontrolv1.FlowSchema> = {
  create: validateFlowSchema,
  subresources: { status: ({ status }, _, to) => validateConditions(status?.conditions, to) },
};
