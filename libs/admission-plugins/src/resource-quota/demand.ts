import {
  addResources,
  maskResources,
  quantityToNano,
  subtractResources,
  type ResourceList,
  type QuotaEvaluator,
} from '@skiff/apimachinery';
import { constraintProblem, exceeded, matchesQuota, printAmounts } from '@skiff/resources';
import type { corev1 } from '@skiff/contracts';

type Quota = corev1.ResourceQuota;

/** What a write costs one quota: a problem, or the amounts to add; those may be negative. */
export type Demand = { readonly problem: string } | { readonly amounts: ResourceList };

export interface Change {
  readonly object: unknown;
  /** Absent for a creation. */
  readonly old?: unknown;
}

/** What a quota that is in force has to do with a change; undefined for nothing. */
export function demandOf(quota: Quota, evaluator: QuotaEvaluator, { object, old }: Change): Demand | undefined {
  const name = quota.metadata?.name ?? '';
  const limited = Object.keys(quota.status?.hard ?? {}).filter((resource) => evaluator.counts(resource));
  if (limited.length === 0 || !matchesQuota(quota, evaluator.plural, object)) return undefined;
  const unsaid =
    evaluator.plural === 'pods' && old === undefined ? constraintProblem(object as corev1.Pod, limited) : undefined;
  if (unsaid) return { problem: `failed quota: ${name}: ${unsaid}` };
  const unknown = limited.filter((resource) => quota.status?.used?.[resource] === undefined).sort();
  if (unknown.length > 0) return { problem: `status unknown for quota: ${name}, resources: ${unknown.join(',')}` };
  const usage = evaluator.usage(object);
  const before = old !== undefined && matchesQuota(quota, evaluator.plural, old) ? evaluator.usage(old) : {};
  const delta = maskResources(subtractResources(usage, before), limited);
  const amounts = Object.fromEntries(Object.entries(delta).filter(([, amount]) => quantityToNano(amount) !== 0n));
  return Object.keys(amounts).length === 0 ? undefined : { amounts };
}

/** Why a quota has no room for an amount more; undefined when it has. */
export function roomProblem(quota: Quota, amounts: ResourceList): string | undefined {
  const { hard = {}, used = {} } = quota.status ?? {};
  const more = Object.keys(amounts).filter((resource) => quantityToNano(amounts[resource] ?? '0') > 0n);
  const over = exceeded(maskResources(addResources(used, amounts), more), hard);
  if (over.length === 0) return undefined;
  const [requested, spent, limited] = [amounts, used, hard].map((all) => printAmounts(maskResources(all, over)));
  return `exceeded quota: ${quota.metadata?.name ?? ''}, requested: ${requested}, used: ${spent}, limited: ${limited}`;
}

/** The quota with this much more used. */
export function charged(quota: Quota, amounts: ResourceList): Quota {
  const used = quota.status?.used ?? {};
  const now = maskResources(addResources(used, amounts), Object.keys(amounts));
  return { ...quota, status: { ...quota.status, used: { ...used, ...now } } };
}
