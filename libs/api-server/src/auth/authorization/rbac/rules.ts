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

const urlCovers = (url: string, path: string): boolean =>
  url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1)));

/** The parts of the rules that `owned` does not grant; empty when it grants all. One verb, group and resource each. */
export function uncoveredRules(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !owned.some((rule) => covers(rule, part)));
}

function breakDown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = [];
  for (const verb of rule.verbs ?? []) {
    for (const url of rule.nonResourceURLs ?? []) parts.push({ verbs: [verb], nonResourceURLs: [url] });
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? []) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (!rule.resourceNames?.length) parts.push(part);
        else parts.push(...rule.resourceNames.map((name) => ({ ...part, resourceNames: [name] })));
      }
  }
  return parts;
}

/** Whether one rule grants a part that `breakDown` made. */
function covers(rule: PolicyRule, part: PolicyRule): boolean {
  if (!hasOrAll(rule.verbs, part.verbs?.[0] ?? '')) return false;
  const url = part.nonResourceURLs?.[0];
  if (url !== undefined) return rule.nonResourceURLs?.some((owned) => urlCovers(owned, url)) ?? false;
  const resource = part.resources?.[0] ?? '';
  const slash = resource.indexOf('/');
  const name = part.resourceNames?.[0];
  return (
    hasOrAll(rule.apiGroups, part.apiGroups?.[0] ?? '') &&
    (hasOrAll(rule.resources, resource) || (slash > 0 && has(rule.resources, `*${resource.slice(slash)}`))) &&
    (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

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
  const byRest = new Map<string, PolicyRule>();
  for (const { verbs, ...rest } of rules) {
    const key = rest.nonResourceURLs ? JSON.stringify({ verbs, ...rest }) : JSON.stringify(rest);
    const same = byRest.get(key);
    byRest.set(key, { ...rest, verbs: [...(same?.verbs ?? []), ...(verbs ?? [])] });
  }
  return [...byRest.values()];
}
