import { Budget, evaluateConditions, OutOfBudget, type CompiledExpression } from '@skiff/admission-rules';
import { EvaluationError, lazyObject, type Value } from '@skiff/cel';
import type { Demand, Policy } from '../policy/compile';

/** What a policy says to one of its demands. */
export type Decision =
  { readonly action: 'admit' } | { readonly action: 'deny'; readonly message: string; readonly reason: string };

export interface PolicyVerdict {
  readonly decisions: readonly Decision[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Why annotations could not be made, where that refuses the write. */
  readonly annotationErrors: readonly string[];
}

type Activation = Readonly<Record<string, unknown>>;

/** What all expressions of a policy may cost on one write. */
const policyBudget = 10_000_000;
/** Of a message that an expression makes, in bytes. */
const longestMessage = 5 * 1024;

const nothing: PolicyVerdict = { decisions: [], annotations: [], annotationErrors: [] };

/**
 * Evaluates a policy on a write, with one of its parameters.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go.
 */
export async function evaluatePolicy(policy: Policy, activation: Activation): Promise<PolicyVerdict> {
  const met = await evaluateConditions(policy.conditions, activation, policy.failsOpen);
  if ('error' in met) return { ...nothing, decisions: [failedBy(policy, met.error)] };
  if (!met.matches) return nothing;
  const budget = new Budget(policyBudget);
  try {
    const composed = withVariables(policy, activation, budget);
    const decisions: Decision[] = [];
    for (const demand of policy.demands) decisions.push(await decide(policy, demand, composed, budget));
    return { decisions, ...(await annotate(policy, composed)) };
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return { ...nothing, decisions: [failedBy(policy, error.message)] };
  }
}

const failedBy = ({ failsOpen }: Policy, message: string): Decision =>
  failsOpen ? { action: 'admit' } : { action: 'deny', message, reason: 'Invalid' };

/** The variables of a policy, each computed when it is first named. */
function withVariables({ variables }: Policy, activation: Activation, budget: Budget): Activation {
  if (variables.length === 0) return activation;
  const composed: Record<string, unknown> = { ...activation };
  composed['variables'] = lazyObject(
    Object.fromEntries(
      variables.map(({ name, expression }) => [name, () => computed(name, expression, composed, budget)]),
    ),
  );
  return composed;
}

/** Throws EvaluationError for one that has no value: whatever names it has none either. */
function computed(name: string, expression: CompiledExpression, activation: Activation, budget: Budget): Value {
  const fail = (why: string): EvaluationError =>
    new EvaluationError(`composited variable ${JSON.stringify(name)} fails to evaluate: ${why}`);
  if ('problem' in expression) throw fail(expression.problem);
  const evaluation = expression.program.evaluate(activation);
  budget.spend(evaluation.cost);
  if ('value' in evaluation) return evaluation.value;
  throw fail('error' in evaluation ? evaluation.error.message : 'nobody has decided yet');
}

async function decide(policy: Policy, demand: Demand, activation: Activation, budget: Budget): Promise<Decision> {
  const outcome = await budget.evaluate(demand.expression, activation);
  if ('error' in outcome) return failedBy(policy, outcome.error);
  if (outcome.value === true) return { action: 'admit' };
  return { action: 'deny', message: await messageOf(demand, activation, budget), reason: demand.reason };
}

async function messageOf(demand: Demand, activation: Activation, budget: Budget): Promise<string> {
  const { messageExpression, message, expression } = demand;
  const made = messageExpression && (await budget.evaluate(messageExpression, activation));
  const text = made && 'value' in made && typeof made.value === 'string' ? made.value.trim() : '';
  const fits = !text.includes('\n') && Buffer.byteLength(text) <= longestMessage;
  return (fits && text) || message.trim() || `failed expression: ${expression.text.trim()}`;
}

async function annotate(
  { auditAnnotations, failsOpen }: Policy,
  activation: Activation,
): Promise<Pick<PolicyVerdict, 'annotations' | 'annotationErrors'>> {
  const budget = new Budget(policyBudget);
  const annotations: { key: string; value: string }[] = [];
  const annotationErrors: string[] = [];
  for (const { key, expression } of auditAnnotations) {
    const outcome = await budget.evaluate(expression, activation);
    if ('error' in outcome) {
      if (!failsOpen) annotationErrors.push(outcome.error);
      continue;
    }
    const value = typeof outcome.value === 'string' ? outcome.value.trim() : '';
    if (value !== '') annotations.push({ key, value });
  }
  return { annotations, annotationErrors };
}
