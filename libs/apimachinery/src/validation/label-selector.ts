import type { metav1 } from '@skiff/contracts';
import { validateLabels } from './object-meta';
import { qualifiedName, validLabelValue } from './names';
import { child, type ErrorList } from '../field-errors/error-list';

/** Rules of a label selector in its object form. */
export function validateLabelSelector(selector: metav1.LabelSelector | undefined, path: string, to: ErrorList): void {
  if (!selector) return;
  validateLabels(selector.matchLabels, child(path, 'matchLabels'), to);
  for (const [index, term] of (selector.matchExpressions ?? []).entries()) {
    const at = `${child(path, 'matchExpressions')}[${index}]`;
    const { key = '', operator = '', values } = term;
    if (operator === 'In' || operator === 'NotIn') {
      if (!values?.length) to.required(child(at, 'values'), "must be specified when `operator` is 'In' or 'NotIn'");
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values?.length)
        to.forbidden(child(at, 'values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    } else to.invalid(child(at, 'operator'), operator, 'not a valid selector operator');
    to.all(child(at, 'key'), key, qualifiedName(key));
    for (const [position, value] of (values ?? []).entries())
      to.all(`${child(at, 'values')}[${position}]`, value, validLabelValue(value));
  }
}

export const isEmptySelector = (selector: metav1.LabelSelector | undefined): boolean =>
  Object.keys(selector?.matchLabels ?? {}).length === 0 && !selector?.matchExpressions?.length;

export function nonNegative(value: number | undefined, path: string, to: ErrorList): void {
  if (value !== undefined && value < 0) to.invalid(path, value, 'must be greater than or equal to 0');
}

export function oneOf(value: string | undefined, supported: readonly string[], path: string, to: ErrorList): void {
  if (!value) to.required(path);
  else if (!supported.includes(value)) to.notSupported(path, value, supported);
}
