import type { metav1 } from '@skiff/contracts';

type Labels = { [key: string]: string } | undefined;

function matchesRequirement(requirement: metav1.LabelSelectorRequirement, labels: Labels): boolean {
  const value = labels?.[requirement.key ?? ''];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && (requirement.values ?? []).includes(value);
    case 'NotIn':
      return value === undefined || !(requirement.values ?? []).includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

/** Whether labels satisfy a selector. An absent selector selects nothing, an empty one everything (metav1.LabelSelectorAsSelector). */
export function selects(selector: metav1.LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels?.[key] === value) &&
    (selector.matchExpressions ?? []).every((requirement) => matchesRequirement(requirement, labels))
  );
}

/** Whether a selector has no requirement at all, and so selects everything. */
export function selectsEverything(selector: metav1.LabelSelector | undefined): boolean {
  return (
    selector !== undefined &&
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  );
}
