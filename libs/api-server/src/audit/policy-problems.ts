import { child, dns1123Subdomain, ErrorList } from '@skiff/apimachinery';
import { levels, stages } from './event';
import type { AuditPolicy, GroupResources, PolicyRule } from './policy';

/** A rule as a file has it: what it says need not make sense. */
export interface SentRule extends Omit<PolicyRule, 'level' | 'omitStages'> {
  readonly level: string;
  readonly omitStages: readonly string[];
}

export interface SentPolicy extends Omit<AuditPolicy, 'rules' | 'omitStages'> {
  readonly rules: readonly SentRule[];
  readonly omitStages: readonly string[];
}

/**
 * What is wrong with a policy, in upstream's words.
 * Upstream: staging/src/k8s.io/apiserver/pkg/apis/audit/validation/validation.go.
 */
export function policyProblems({ rules, omitStages }: SentPolicy): string[] {
  const errors = new ErrorList();
  // Upstream takes the stages that all rules omit as they are; one that there is not would go unnoticed.
  checkStages(errors, 'omitStages', omitStages);
  for (const [index, rule] of rules.entries()) checkRule(errors, `rules[${index}]`, rule);
  return errors.causes.map(({ field, message }) => `${field}: ${message}`);
}

function checkRule(errors: ErrorList, path: string, rule: SentRule): void {
  const { level, nonResourceURLs, resources, namespaces, omitStages } = rule;
  if (level === '') errors.required(child(path, 'level'));
  else if (!(levels as readonly string[]).includes(level)) errors.notSupported(child(path, 'level'), level, levels);
  const urls = child(path, 'nonResourceURLs');
  for (const [index, url] of nonResourceURLs.entries()) checkUrl(errors, `${urls}[${index}]`, url);
  for (const one of resources) checkResources(errors, child(path, 'resources'), one);
  checkStages(errors, child(path, 'omitStages'), omitStages);
  if (nonResourceURLs.length > 0 && (resources.length > 0 || namespaces.length > 0))
    errors.invalid(urls, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs');
}

function checkUrl(errors: ErrorList, path: string, url: string): void {
  if (url === '*') return;
  if (!url.startsWith('/')) errors.invalid(path, url, "non-resource URL rules must begin with a '/' character");
  if (url.slice(0, -1).includes('*'))
    errors.invalid(path, url, "non-resource URL wildcards '*' must be the final character of the rule");
}

/** Upstream names no index here. */
function checkResources(errors: ErrorList, path: string, { group, resources, resourceNames }: GroupResources): void {
  const problems = group === '' ? [] : dns1123Subdomain(group);
  if (problems.length > 0) errors.invalid(child(path, 'group'), group, problems.join(','));
  if (resourceNames.length > 0 && resources.length === 0)
    errors.invalid(child(path, 'resourceNames'), resourceNames, 'using resourceNames requires at least one resource');
}

function checkStages(errors: ErrorList, path: string, omitted: readonly string[]): void {
  for (const [index, stage] of omitted.entries())
    if (!(stages as readonly string[]).includes(stage))
      errors.invalid(`${path}[${index}]`, stage, `allowed stages are ${stages.join(',')}`);
}
