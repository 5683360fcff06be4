import { type ErrorList, nonNegative } from '@skiff/apimachinery';

type Counts<T> = Extract<keyof T, string>;

export function counts<T extends object>(status: T | undefined, fields: readonly Counts<T>[], to: ErrorList): void {
  for (const field of fields) nonNegative((status as Partial<Record<string, number>>)?.[field], `status.${field}`, to);
}

/** None of these counts is above another one. */
export function notAbove<T extends object>(
  status: T | undefined,
  fields: readonly Counts<T>[],
  most: Counts<T>,
  shown: string,
  to: ErrorList,
): void {
  const values = (status ?? {}) as Partial<Record<string, number>>;
  for (const field of fields) {
    const value = values[field] ?? 0;
    if (value > (values[most] ?? 0)) to.invalid(`status.${field}`, value, `cannot be greater than ${shown}`);
  }
}

/** How often a name was taken, which only grows. */
export function collisionsGrow(
  now: { collisionCount?: number | undefined } = {},
  before: { collisionCount?: number | undefined } = {},
  to: ErrorList,
): void {
  if (before.collisionCount === undefined || (now.collisionCount ?? -1) >= before.collisionCount) return;
  to.invalid('status.collisionCount', now.collisionCount ?? 0, 'cannot be decremented');
}
