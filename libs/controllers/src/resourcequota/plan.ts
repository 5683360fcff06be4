import { addResources, type ResourceList } from '@skiff/apimachinery';
import { countedBy, matchesQuota, quotaEvaluatorOf } from '@skiff/resources';
import type { corev1 } from '@skiff/contracts';
import { semanticEqual } from '../shared/semantic-equal';

/**
 * Whether a change of an object changes what it costs a quota. Others are no reason to count: what was admitted and
 * does not show in a cache yet would be taken for free.
 */
export function changesUsage(
  quota: corev1.ResourceQuota,
  { group, plural }: { readonly group: string; readonly plural: string },
  old: unknown,
  object: unknown,
): boolean {
  const cost = (one: unknown): ResourceList =>
    matchesQuota(quota, plural, one) ? (quotaEvaluatorOf(group, plural)?.usage(one) ?? {}) : {};
  return !semanticEqual(cost(old), cost(object));
}

/** Whether a quota limits something that objects of a resource cost. */
export function namesResource(
  { spec }: corev1.ResourceQuota,
  { group, plural }: { readonly group: string; readonly plural: string },
): boolean {
  return Object.keys(spec?.hard ?? {}).some((name) => {
    const counted = countedBy(name);
    return counted?.group === group && counted.plural === plural;
  });
}

/** The objects of a resource in the quota's namespace; undefined when there is no such resource. */
export type ObjectsOf = (group: string, plural: string) => readonly unknown[] | undefined;

/**
 * What a quota's status should be: its limits, and what is used of each by all objects that
 * fall into its scopes. A name that counts nothing known has no usage.
 */
export function planStatus(quota: corev1.ResourceQuota, objectsOf: ObjectsOf): corev1.ResourceQuotaStatus {
  const hard = quota.spec?.hard ?? {};
  const resources = new Map<string, string[]>();
  for (const name of Object.keys(hard)) {
    const counted = countedBy(name);
    const key = counted && `${counted.group}/${counted.plural}`;
    if (key !== undefined) resources.set(key, [...(resources.get(key) ?? []), name]);
  }
  const used: Record<string, string> = {};
  for (const [key, names] of resources) {
    const [group = '', plural = ''] = key.split('/');
    const objects = objectsOf(group, plural);
    const evaluator = quotaEvaluatorOf(group, plural);
    if (!objects || !evaluator) continue;
    let total: Readonly<Record<string, string>> = {};
    for (const object of objects)
      if (matchesQuota(quota, plural, object)) total = addResources(total, evaluator.usage(object));
    for (const name of names) used[name] = total[name] ?? '0';
  }
  return { hard: { ...hard }, used };
}
