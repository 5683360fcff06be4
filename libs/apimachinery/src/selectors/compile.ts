import type { FieldTerm } from './field-selector';
import type { LabelPredicate, Labels, Requirement } from './requirement';

/** What all requirements together ask of one value. */
interface Rule {
  present: boolean;
  absent: boolean;
  /** Undefined when any value will do. */
  allowed: ReadonlySet<string> | undefined;
  readonly excluded: Set<string>;
  above: number;
  below: number;
}

const anything = (): Rule => ({
  ...{ present: false, absent: false, allowed: undefined },
  ...{ excluded: new Set<string>(), above: -Infinity, below: Infinity },
});

/** The rule of a key, made when there is none. */
function ruleOf(rules: Map<string, Rule>, key: string): Rule {
  const rule = rules.get(key) ?? anything();
  rules.set(key, rule);
  return rule;
}

function allow(rule: Rule, values: readonly string[]): void {
  const { allowed } = rule;
  rule.allowed = new Set(allowed ? values.filter((value) => allowed.has(value)) : values);
}

function add(rule: Rule, { operator, values }: Requirement): void {
  if (operator === '!') rule.absent = true;
  else if (operator === '!=' || operator === 'notin') for (const value of values) rule.excluded.add(value);
  else {
    rule.present = true;
    if (operator === '=' || operator === 'in') allow(rule, values);
    // What is no number makes the bound NaN, which nothing is above or below.
    else if (operator === 'gt') rule.above = Math.max(rule.above, Number(values[0]));
    else if (operator === 'lt') rule.below = Math.min(rule.below, Number(values[0]));
  }
}

function holds({ absent, allowed, excluded, above, below }: Rule, value: string): boolean {
  if (absent || excluded.has(value) || (allowed && !allowed.has(value))) return false;
  return (above === -Infinity || Number(value) > above) && (below === Infinity || Number(value) < below);
}

/**
 * Requirements as a predicate that looks once at each of an object's labels, however many requirements
 * there are: a client may send tens of thousands, and they are held against every object.
 */
export function compileRequirements(requirements: readonly Requirement[]): LabelPredicate {
  const rules = new Map<string, Rule>();
  for (const requirement of requirements) add(ruleOf(rules, requirement.key), requirement);
  if (rules.size <= few) return holdsEach([...rules]);
  const needed = [...rules].filter(([, { present }]) => present).map(([key]) => key);
  return (labels: Labels) => {
    const own = labels ?? {};
    // The first that is missing ends this, so that no more are looked at than there are labels.
    for (const key of needed) if (!Object.hasOwn(own, key)) return false;
    for (const key in own) {
      const rule = rules.get(key);
      if (rule && !holds(rule, own[key] ?? '')) return false;
    }
    return true;
  };
}

/** Up to so many keys are looked up in an object's labels one by one, which is quicker than going through the labels. */
const few = 8;

function holdsEach(rules: readonly (readonly [string, Rule])[]): LabelPredicate {
  return (labels: Labels) => {
    for (const [key, rule] of rules) {
      const has = labels !== undefined && Object.hasOwn(labels, key);
      if (has ? !holds(rule, labels[key] ?? '') : rule.present) return false;
    }
    return true;
  };
}

/** Terms as a predicate that looks once at each field, however many terms there are. */
export function compileFieldTerms(terms: readonly FieldTerm[]): (field: (name: string) => string) => boolean {
  const rules = new Map<string, Rule>();
  for (const { field, operator, value } of terms) add(ruleOf(rules, field), { key: field, operator, values: [value] });
  const all = [...rules];
  return (field) => all.every(([name, rule]) => holds(rule, field(name)));
}
