import { sameValue } from '@skiff/apimachinery';
import { writeJson } from '@skiff/contracts';
import type { Schema } from '../structure/structure';
import type { Check } from './check';
import { isNotSupported } from './failure';

/** Holds values to those that are listed; `undefined` where none are. */
export function enumCheck({ enum: listed }: Schema): Check | undefined {
  if (!listed?.length) return undefined;
  const values = listed as readonly unknown[];
  // Most are scalars, which a set finds whatever their number.
  const scalars = new Set(values.filter((one) => typeof one !== 'object'));
  const others = values.filter((one) => typeof one === 'object');
  const supported = values.map((one) => (typeof one === 'string' ? one : writeJson(one)));
  return (value, found) => {
    if (!scalars.has(value) && !others.some((one) => sameValue(one, value)))
      found.push(isNotSupported(value, supported));
    return 1;
  };
}
