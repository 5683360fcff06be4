import { child, type ErrorList, same, sorted } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const requiredName = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Scheduling gates may go, and never come. */
export function validateOnlyFewerGates(spec: corev1.PodSpec, old: corev1.PodSpec, path: string, to: ErrorList): void {
  const known = new Set((old.schedulingGates ?? []).map(({ name }) => name));
  for (const [index, { name = '' }] of (spec.schedulingGates ?? []).entries())
    if (!known.has(name))
      to.forbidden(`${path}[${index}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`);
}

/** Where a gated pod may run can be narrowed: node labels may be added, and none taken away. */
export function validateNarrowerNodeSelector(
  selector: Readonly<Record<string, string>>,
  old: Readonly<Record<string, string>>,
  path: string,
  to: ErrorList,
): void {
  if (Object.entries(old).some(([key, value]) => selector[key] !== value))
    to.invalid(path, sorted(selector), 'only additions to spec.nodeSelector are allowed (no mutations or deletions)');
}

/** Terms of a gated pod's required node affinity may get more requirements; a first set of terms may come. */
export function validateNarrowerNodeAffinity(
  affinity: corev1.NodeAffinity | undefined,
  old: corev1.NodeAffinity | undefined,
  path: string,
  to: ErrorList,
): void {
  const before = old?.[requiredName]?.nodeSelectorTerms ?? [];
  const after = affinity?.[requiredName]?.nodeSelectorTerms ?? [];
  if (before.length === 0) return;
  const at = `${child(path, requiredName)}.nodeSelectorTerms`;
  if (before.length !== after.length) {
    to.invalid(at, after.map(shownTerm), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed');
    return;
  }
  for (const [index, term] of after.entries())
    if (!onlyAdds(term, before[index] ?? {}))
      to.invalid(`${at}[${index}]`, shownTerm(term), 'only additions are allowed (no mutations or deletions)');
}

function onlyAdds(term: corev1.NodeSelectorTerm, old: corev1.NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  // A term without requirements matches no node: with one, it would match more.
  if (lists.every((list) => !old[list]?.length)) return lists.every((list) => !term[list]?.length);
  return lists.every((list) => {
    const before = old[list] ?? [];
    return same((term[list] ?? []).slice(0, before.length), before);
  });
}

/** A term as upstream shows it: its internal type, whose fields have no JSON names. */
const shownTerm = (term: corev1.NodeSelectorTerm): Readonly<Record<string, unknown>> => ({
  MatchExpressions: term.matchExpressions?.map(shownRequirement) ?? null,
  MatchFields: term.matchFields?.map(shownRequirement) ?? null,
});

const shownRequirement = (requirement: corev1.NodeSelectorRequirement): Readonly<Record<string, unknown>> => ({
  Key: requirement.key ?? '',
  Operator: requirement.operator ?? '',
  Values: requirement.values ?? null,
});
