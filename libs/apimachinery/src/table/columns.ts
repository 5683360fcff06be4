import { age } from './duration';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0 is always shown, 1 with -o wide. */
  readonly priority: number;
}

/** What every printed object has. */
export interface Printed {
  metadata?: { name?: string | undefined; creationTimestamp?: string | undefined } | undefined;
}

export const column = (
  name: string,
  description: string,
  options: { type?: string; wide?: boolean } = {},
): ColumnDefinition => ({
  name,
  type: options.type ?? 'string',
  format: name === 'Name' ? 'name' : '',
  description,
  priority: options.wide ? 1 : 0,
});

export const nameColumn = column('Name', 'Name of the object, unique within its namespace.');
export const ageColumn = column('Age', 'Time since the object was created.');
export const nameOf = (object: Printed): string => object.metadata?.name ?? '';
export const ageOf = (object: Printed, now: number): string => age(object.metadata?.creationTimestamp, now);

/** A map as `a=b,c=d`; `<none>` when it is empty. */
export const pairs = (map: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(map ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || '<none>';

/** The first three, and how many there are besides; `<none>` for none. */
export function firstOf(all: readonly string[]): string {
  if (all.length === 0) return '<none>';
  return all.length > 3 ? `${all.slice(0, 3).join(',')} + ${all.length - 3} more...` : all.join(',');
}
