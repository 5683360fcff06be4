import { jsonKey } from '../patch/json';
import type { ErrorList } from '../field-errors/error-list';

/** The places of a list whose value an earlier one has, each with its value. Takes linear time. */
export function* repeated<T>(values: readonly T[], keyOf: (value: T) => unknown = String): Generator<[number, T]> {
  const seen = new Set<unknown>();
  for (const [index, value] of values.entries()) {
    const key = keyOf(value);
    if (seen.has(key)) yield [index, value];
    seen.add(key);
  }
}

/** One duplicate() for every place whose value an earlier one has. */
export function refuseRepeated(values: readonly string[], path: string, to: ErrorList): void {
  for (const [index, value] of repeated(values)) to.duplicate(`${path}[${index}]`, value);
}

/** Text that two values have in common when they are equal but for what is absent or empty. */
export const sameKey = (value: unknown): string => jsonKey((value ?? null) as never);
