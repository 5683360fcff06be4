import type { metav1 } from '@skiff/contracts';
import type { Comparison } from './compare';
import { sorted, unionOf, type FieldSet } from './field-set';

export interface Manager {
  readonly name: string;
  readonly subresource: string;
  /** The version of the API by which the fields are named. */
  readonly apiVersion: string;
  /** RFC 3339; absent where nobody keeps it, as for what is written through a view. */
  readonly time?: string | undefined;
  /** How long is what it was made from, a request and the version before, in bytes; absent when that is not known. */
  readonly bytes?: number;
}

export interface Updater extends Manager {
  /** How it changes in other versions, by which others name their fields. Default: as in its own. */
  readonly elsewhere?: ReadonlyMap<string, Comparison> | undefined;
}

export type ManagerEntry = metav1.ManagedFieldsEntry & { readonly fieldsV1: FieldSet };

export type ManagerOperation = 'Apply' | 'Update';

/** What a manager has of an object. */
export function entryOf(
  { name, apiVersion, time, subresource }: Manager,
  operation: ManagerOperation,
  fieldsV1: FieldSet = {},
): ManagerEntry {
  return {
    manager: name || 'unknown',
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...(subresource ? { subresource } : {}),
  };
}

export const fieldsOfEntry = ({ fieldsV1 }: metav1.ManagedFieldsEntry): FieldSet => (fieldsV1 ?? {}) as FieldSet;

/** An applier is the same in every version of the API. */
export function sameManager(a: metav1.ManagedFieldsEntry, b: metav1.ManagedFieldsEntry): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    (a.operation === 'Apply' || a.apiVersion === b.apiVersion) &&
    (a.subresource ?? '') === (b.subresource ?? '')
  );
}

/** Appliers first, then by time, name, version and subresource. */
export function order(entries: readonly metav1.ManagedFieldsEntry[]): metav1.ManagedFieldsEntry[] {
  const keyed = entries.map((entry) => ({ entry, key: sortKey(entry) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ entry }) => entry);
}

const sortKey = ({ operation, time, manager, apiVersion, subresource }: metav1.ManagedFieldsEntry): string =>
  [operation, time, manager, apiVersion, subresource ?? ''].join('\0');

/** More entries than these made by updates are merged into one. */
const mostUpdaters = 10;
const mergedUpdaters = 'ancient-changes';

/** Objects that many have updated keep the newest of them and one entry for the rest. */
export function capped(entries: readonly metav1.ManagedFieldsEntry[]): readonly metav1.ManagedFieldsEntry[] {
  const updates = order(entries.filter((entry) => entry.operation === 'Update'));
  const surplus = updates.length - mostUpdaters;
  if (surplus <= 0) return entries;
  return [
    ...entries.filter((entry) => entry.operation !== 'Update'),
    ...merged(updates.slice(0, surplus + 1)),
    ...updates.slice(surplus + 1),
  ];
}

/** One entry for all of a version. */
function merged(entries: readonly metav1.ManagedFieldsEntry[]): metav1.ManagedFieldsEntry[] {
  const byVersion = new Map<string, metav1.ManagedFieldsEntry[]>();
  for (const entry of entries) {
    const same = byVersion.get(entry.apiVersion ?? '');
    if (same) same.push(entry);
    else byVersion.set(entry.apiVersion ?? '', [entry]);
  }
  return [...byVersion.values()].map((same) => {
    const fields = unionOf(same.map(fieldsOfEntry));
    const { subresource: _, ...newest } = same.at(-1) ?? {};
    return { ...newest, manager: mergedUpdaters, fieldsV1: sorted(fields) };
  });
}
