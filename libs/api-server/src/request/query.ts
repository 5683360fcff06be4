import { integerOf } from '@skiff/contracts';
import { badRequest } from '@skiff/apimachinery';

type Query = Pick<URLSearchParams, 'get'>;

/**
 * A boolean of a query; undefined where it is absent. `0`, and `false` in any case, are false; everything else
 * is true, the empty text too.
 * Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/conversion.go.
 */
export function readFlag(query: Query, name: string): boolean | undefined {
  const text = query.get(name);
  return text === null ? undefined : text !== '0' && text.toLowerCase() !== 'false';
}

const largest = 2n ** 63n - 1n;

/** A 64-bit integer of a query; undefined where it is absent. Throws BadRequest with Go's words for what is none. */
export function readInteger(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const refuse = (why: string): Error => badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`);
  if (!/^[+-]?\d+$/.test(text)) throw refuse('invalid syntax');
  const value = BigInt(text.replace('+', ''));
  if (value > largest || value < -largest - 1n) throw refuse('value out of range');
  return integerOf(value);
}
