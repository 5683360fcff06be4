import type { rbacv1 } from '@skiff/contracts';
import { urlCovers } from './rules';

type PolicyRule = rbacv1.PolicyRule;
type Values = readonly string[];

interface Limits {
  /** How many parts that are not granted are told. */
  readonly told: number;
  /** How often a part is compared with a rule. */
  readonly comparisons: number;
}

/** For what users send: three lists of a thousand names are a thousand million parts. */
const userLimits: Limits = { told: 1_000, comparisons: 2_000_000 };

/** For rules that are known to be few. */
export const unlimited: Limits = { told: Infinity, comparisons: Infinity };

/**
 * The parts of the rules that `owned` does not grant; empty when it grants all. One verb, group and resource each.
 * @param limits default: no more are named than people read, and what would take too long to compare is not granted.
 */
export function uncoveredRules(
  owned: readonly PolicyRule[],
  wanted: readonly PolicyRule[],
  limits = userLimits,
): PolicyRule[] {
  const rules = owned.map((rule) => new OwnedRule(rule));
  const missing: PolicyRule[] = [];
  let comparisons = 0;
  const isGranted = (asked: PolicyRule): boolean => {
    for (const rule of rules) {
      comparisons += 1;
      if (rule.covers(asked)) return true;
    }
    return false;
  };
  for (const rule of wanted) {
    if (isGranted(rule)) continue;
    for (const part of partsOf(rule)) {
      if (comparisons < limits.comparisons && isGranted(part)) continue;
      missing.push(part);
      if (missing.length >= limits.told) return missing;
    }
  }
  return missing;
}

function* partsOf(rule: PolicyRule): Generator<PolicyRule> {
  for (const verb of rule.verbs ?? []) {
    for (const url of rule.nonResourceURLs ?? []) yield { verbs: [verb], nonResourceURLs: [url] };
    for (const group of rule.apiGroups ?? [])
      for (const resource of rule.resources ?? []) {
        const part = { verbs: [verb], apiGroups: [group], resources: [resource] };
        if (!rule.resourceNames?.length) yield part;
        else for (const name of rule.resourceNames) yield { ...part, resourceNames: [name] };
      }
  }
}

class OwnedRule {
  private readonly verbs: ReadonlySet<string>;
  private readonly groups: ReadonlySet<string>;
  private readonly resources: ReadonlySet<string>;
  private readonly names: ReadonlySet<string>;
  private readonly urls: ReadonlySet<string>;
  /** Those that end with `*`. */
  private readonly patterns: Values;

  constructor(rule: PolicyRule) {
    this.verbs = new Set(rule.verbs);
    this.groups = new Set(rule.apiGroups);
    this.resources = new Set(rule.resources);
    this.names = new Set(rule.resourceNames);
    this.urls = new Set(rule.nonResourceURLs);
    this.patterns = [...this.urls].filter((url) => url.endsWith('*'));
  }

  /** Whether it grants all that another rule does. */
  covers({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): boolean {
    if (!all(verbs, (verb) => this.verbs.has('*') || this.verbs.has(verb))) return false;
    if (!all(nonResourceURLs, (url) => this.coversUrl(url))) return false;
    if (!apiGroups?.length || !resources?.length) return true;
    return (
      all(apiGroups, (group) => this.groups.has('*') || this.groups.has(group)) &&
      all(resources, (resource) => this.coversResource(resource)) &&
      this.coversNames(resourceNames ?? [])
    );
  }

  private coversUrl(url: string): boolean {
    return this.urls.has(url) || this.patterns.some((pattern) => urlCovers(pattern, url));
  }

  private coversResource(resource: string): boolean {
    if (this.resources.has('*') || this.resources.has(resource)) return true;
    const slash = resource.indexOf('/');
    return slash > 0 && this.resources.has(`*${resource.slice(slash)}`);
  }

  private coversNames(names: Values): boolean {
    return this.names.size === 0 || (names.length > 0 && all(names, (name) => this.names.has(name)));
  }
}

const all = (values: Values | null | undefined, test: (value: string) => boolean): boolean =>
  values?.every(test) ?? true;
