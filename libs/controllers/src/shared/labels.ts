import { labelSelectorPredicate } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';

/** Whether labels satisfy a selector. An absent selector selects nothing, an empty one everything. */
export function selects(
  selector: metav1.LabelSelector | undefined,
  labels: { [key: string]: string } | undefined,
): boolean {
  return labelSelectorPredicate(selector)(labels);
}

/** Whether a selector has no requirement at all, and so selects everything. */
export function selectsEverything(selector: metav1.LabelSelector | undefined): boolean {
  return (
    selector !== undefined &&
    Object.keys(selector.matchLabels ?? {}).length === 0 &&
    (selector.matchExpressions ?? []).length === 0
  );
}
