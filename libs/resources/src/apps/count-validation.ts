import { type ErrorList, isPercent, nonNegative } from '@skiff/apimachinery';
import type { IntOrString } from '@skiff/contracts';

/** A count or a percentage. */
export function validateCountOrPercent(value: IntOrString | undefined, path: string, to: ErrorList): void {
  if (typeof value === 'string') {
    if (!isPercent(value))
      to.invalid(
        path,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      );
  } else nonNegative(value, path, to);
}

/** The number in a count or a percentage; 0 for what is neither. */
export const amount = (value: IntOrString | undefined): number =>
  typeof value === 'string' ? Number.parseInt(value, 10) || 0 : (value ?? 0);

export function notOverAll(value: IntOrString | undefined, path: string, to: ErrorList): void {
  if (typeof value === 'string' && isPercent(value) && amount(value) > 100)
    to.invalid(path, value, 'must not be greater than 100%');
}
