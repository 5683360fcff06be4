import type { rbacv1 } from '@skiff/contracts';
import type { Attributes } from '../attributes';

type PolicyRule = rbacv1.PolicyRule;

const has = (list: readonly string[] | null | undefined, value: string): boolean => list?.includes(value) ?? false;
const hasOrAll = (list: readonly string[] | null | undefined, value: string): boolean =>
  has(list, '*') || has(list, value);

/** Whether a rule grants what is asked, as upstream's RuleAllows has it. */
export function ruleAllows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (!attributes.resourceRequest) return nonResourceMatches(rule, attributes.path);
  const { apiGroup, resource, subresource, name } = attributes;
  return (
    hasOrAll(rule.apiGroups, apiGroup) &&
    resourceMatches(rule, resource, subresource) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  );
}

function resourceMatches({ resources }: PolicyRule, resource: string, subresource: string): boolean {
  if (hasOrAll(resources, subresource ? `${resource}/${subresource}` : resource)) return true;
  return subresource !== '' && has(resources, `*/${subresource}`);
}

/** A URL of a rule may end with `*`, which stands for any rest. */
function nonResourceMatches({ nonResourceURLs }: PolicyRule, path: string): boolean {
  return nonResourceURLs?.some((url) => urlCovers(url, path)) ?? false;
}

/** Whether a URL of a rule stands for a path. */
export const urlCovers = (url: string, path: string): boolean =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));

/** A part of a rule as upstream prints it in escalation errors. */
export function describeRule(rule: PolicyRule): string {
  const fields: [string, readonly string[] | null | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const shown = fields.filter(([, values]) => values?.length);
  return `{${shown.map(([name, values]) => `${name}:[${values?.map((value) => JSON.stringify(value)).join(' ')}]`).join(', ')}}`;
}

/** Parts that differ only in their verbs as one rule, as upstream's CompactRules has it. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const byRest = new Map<string, PolicyRule & { verbs: string[] }>();
  for (const { verbs, ...rest } of rules) {
    const key = rest.nonResourceURLs ? JSON.stringify({ verbs, ...rest }) : JSON.stringify(rest);
    const same = byRest.get(key) ?? { ...rest, verbs: [] };
    byRest.set(key, same);
    for (const verb of verbs ?? []) same.verbs.push(verb);
  }
  return [...byRest.values()];
}
