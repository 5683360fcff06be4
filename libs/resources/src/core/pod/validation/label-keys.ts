import { child, type ErrorList, qualifiedName } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';

/** Labels whose values a selector takes from the pod itself: those it shares with others, and those it must not. */
export interface LabelKeys {
  readonly labelSelector?: metav1.LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/**
 * As upstream's validateMatchLabelKeysAndMismatchLabelKeys. A new pod's values are part
 * of its selectors by now, so that a key found twice was in the selector before.
 */
export function validateLabelKeys(keys: LabelKeys, path: string, to: ErrorList): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = keys;
  validateKeys(matchLabelKeys, labelSelector, child(path, 'matchLabelKeys'), to);
  validateKeys(mismatchLabelKeys, labelSelector, child(path, 'mismatchLabelKeys'), to);
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  const places = new Map(matchLabelKeys.map((key, index) => [key, index]));
  for (const { key = '' } of labelSelector?.matchExpressions ?? []) {
    const index = places.get(key);
    if (index !== undefined && selected.has(key))
      to.invalid(`${path}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector');
    selected.add(key);
  }
  const mismatched = new Set(mismatchLabelKeys);
  for (const [index, key] of matchLabelKeys.entries())
    if (mismatched.has(key))
      to.invalid(
        `${child(path, 'matchLabelKeys')}[${index}]`,
        key,
        'exists in both matchLabelKeys and mismatchLabelKeys',
      );
}

function validateKeys(
  keys: readonly string[],
  selector: metav1.LabelSelector | undefined,
  path: string,
  to: ErrorList,
): void {
  if (keys.length === 0) return;
  if (!selector) to.forbidden(path, 'must not be specified when labelSelector is not set');
  else for (const [index, key] of keys.entries()) to.all(`${path}[${index}]`, key, qualifiedName(key));
}
