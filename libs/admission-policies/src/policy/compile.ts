import {
  compileExpression,
  compileSelectors,
  policyEnvironment,
  type CompiledExpression,
  type Condition,
  type Rules,
  type Selectors,
} from '@skiff/admission-rules';
import { dynType, type Type } from '@skiff/cel';
import type { admissionregistrationv1 } from '@skiff/contracts';

/** Which writes a policy, or a binding, is for. */
export interface Constraints extends Rules, Selectors {
  /** What they are not for, even if they are. */
  readonly excluded: Rules;
}

/** A value that a policy computes once for a write, when an expression first names it. */
export interface Variable {
  readonly name: string;
  readonly expression: CompiledExpression;
}

/** Something that a policy demands of a write. */
export interface Demand {
  readonly expression: CompiledExpression;
  readonly message: string;
  readonly messageExpression: CompiledExpression | undefined;
  readonly reason: string;
}

export interface AuditAnnotation {
  readonly key: string;
  readonly expression: CompiledExpression;
}

/** A policy, ready to be evaluated. */
export interface Policy {
  readonly name: string;
  readonly constraints: Constraints;
  readonly paramKind: admissionregistrationv1.ParamKind | undefined;
  readonly conditions: readonly Condition[];
  readonly variables: readonly Variable[];
  readonly demands: readonly Demand[];
  readonly auditAnnotations: readonly AuditAnnotation[];
  readonly failsOpen: boolean;
}

export interface Binding {
  readonly name: string;
  readonly policyName: string;
  readonly paramRef: admissionregistrationv1.ParamRef | undefined;
  /** Absent where it is for all that the policy is for. */
  readonly constraints: Constraints | undefined;
  readonly actions: readonly string[];
}

/** Compiles a policy. What does not compile fails when it is evaluated: validation lets none through. */
export function compilePolicy({ metadata, spec = {} }: admissionregistrationv1.ValidatingAdmissionPolicy): Policy {
  const hasParams = spec.paramKind !== undefined;
  const plain = policyEnvironment({ hasParams, hasAuthorizer: true });
  const { variables, types } = compileVariables(spec.variables ?? [], hasParams);
  const environment = policyEnvironment({ hasParams, hasAuthorizer: true, variables: types });
  const messages = policyEnvironment({ hasParams, hasAuthorizer: false, variables: types });
  return {
    name: metadata?.name ?? '',
    constraints: compileConstraints(spec.matchConstraints ?? {}),
    paramKind: spec.paramKind,
    conditions: (spec.matchConditions ?? []).map(({ name = '', expression = '' }) => ({
      name,
      expression: compileExpression(expression, plain, ['bool']),
    })),
    variables,
    demands: (spec.validations ?? []).map(
      ({ expression = '', message = '', messageExpression, reason = 'Invalid' }) => ({
        expression: compileExpression(expression, environment, ['bool']),
        message,
        messageExpression: messageExpression ? compileExpression(messageExpression, messages, ['string']) : undefined,
        reason,
      }),
    ),
    auditAnnotations: (spec.auditAnnotations ?? []).map(({ key = '', valueExpression = '' }) => ({
      key,
      expression: compileExpression(valueExpression, messages, ['string', 'null']),
    })),
    failsOpen: spec.failurePolicy === 'Ignore',
  };
}

/** A variable may name those before it. */
function compileVariables(
  given: readonly admissionregistrationv1.Variable[],
  hasParams: boolean,
): { readonly variables: readonly Variable[]; readonly types: Readonly<Record<string, Type>> } {
  const types: Record<string, Type> = {};
  const variables = given.map(({ name = '', expression = '' }) => {
    const environment = policyEnvironment({ hasParams, hasAuthorizer: true, variables: { ...types } });
    const compiled = compileExpression(expression, environment, everyKind);
    types[name] = 'program' in compiled ? compiled.program.type : dynType;
    return { name, expression: compiled };
  });
  return { variables, types };
}

const everyKind: readonly Type['kind'][] = [
  ...(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration', 'null'] as const),
  ...(['list', 'map', 'object', 'opaque', 'type', 'wrapper'] as const),
];

export function compileBinding({
  metadata,
  spec = {},
}: admissionregistrationv1.ValidatingAdmissionPolicyBinding): Binding {
  const { policyName = '', paramRef, matchResources, validationActions } = spec;
  return {
    name: metadata?.name ?? '',
    policyName,
    paramRef,
    constraints: matchResources && compileConstraints(matchResources),
    actions: validationActions ?? [],
  };
}

function compileConstraints(match: admissionregistrationv1.MatchResources): Constraints {
  const isForEquivalents = match.matchPolicy !== 'Exact';
  return {
    ...compileSelectors(match),
    rules: match.resourceRules ?? [],
    isForEquivalents,
    excluded: { rules: match.excludeResourceRules ?? [], isForEquivalents },
  };
}
