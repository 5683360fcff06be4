import { compareQuantities, type ResourceList } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { podMatchesScope } from '../pod/quota-scopes';

/** The amounts as upstream lists them in messages: by name, `cpu=1,pods=2`. */
export function printAmounts(amounts: ResourceList): string {
  return Object.entries(amounts)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, amount]) => `${name}=${amount}`)
    .join(',');
}

/** The resources of which `used` is more than `hard` allows. */
export function exceeded(used: ResourceList, hard: ResourceList): string[] {
  return Object.keys(used).filter((name) => {
    const limit = hard[name];
    return limit !== undefined && compareQuantities(used[name] ?? '0', limit) > 0;
  });
}

/** The terms of a quota's scopes: plain ones say only that they exist. */
function termsOf({ spec }: corev1.ResourceQuota): corev1.ScopedResourceSelectorRequirement[] {
  const plain = (spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' as const }));
  return [...plain, ...(spec?.scopeSelector?.matchExpressions ?? [])];
}

/** Whether an object of a resource (by its plural) falls into the scopes of a quota; only pods have scopes. */
export function matchesQuota(quota: corev1.ResourceQuota, plural: string, object: unknown): boolean {
  const terms = termsOf(quota);
  if (terms.length === 0) return true;
  return plural === 'pods' && terms.every((term) => podMatchesScope(object as corev1.Pod, term));
}
