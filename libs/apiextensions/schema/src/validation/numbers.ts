import { isNumber } from '@skiff/contracts';
import type { Schema } from '../structure/structure';
import type { Check } from './check';
import { shouldBe } from './failure';

/** Holds numbers to their bounds. */
export function numberCheck(schema: Schema): Check | undefined {
  const { multipleOf, maximum, minimum, exclusiveMaximum = false, exclusiveMinimum = false } = schema;
  if (multipleOf === undefined && maximum === undefined && minimum === undefined) return undefined;
  return (value, found) => {
    if (!isNumber(value)) return 0;
    const number = Number(value);
    if (multipleOf !== undefined && !isMultiple(number, multipleOf))
      found.push(shouldBe(value, `should be a multiple of ${multipleOf}`));
    if (maximum !== undefined && (exclusiveMaximum ? number >= maximum : number > maximum))
      found.push(shouldBe(value, `should be less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`));
    if (minimum !== undefined && (exclusiveMinimum ? number <= minimum : number < minimum))
      found.push(shouldBe(value, `should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`));
    return 2;
  };
}

/** By the quotient, as upstream: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = factor > 0 && factor < 1 ? (1 / factor) * value : value / factor;
  return Number.isInteger(quotient);
}
