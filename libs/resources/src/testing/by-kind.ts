import * as apimachinery from '@skiff/apimachinery';
import type { ApiObject, ColumnDefinition } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import { requireResource } from '../resource-of';

/** Holds a new object to the rules of its kind. */
export const validateCreate = <T extends ApiObject>(kind: Kind<T>, object: T): void =>
  apimachinery.validateCreate(requireResource(kind), object);

/** Holds a changed object to the rules of its kind. */
export const validateUpdate = <T extends ApiObject>(kind: Kind<T>, object: T, old: T, subresource: string): void =>
  apimachinery.validateUpdate(requireResource(kind), object, old, subresource);

/** What is not wrong with an object but worth knowing. */
export const warningsFor = <T extends ApiObject>(kind: Kind<T>, object: T, old: T | undefined): string[] =>
  requireResource(kind).validation.warnings?.(object, old) ?? [];

/** Columns and rows of objects of a kind. */
export function tableFor<T extends ApiObject>(
  kind: Kind<T>,
  objects: readonly T[],
  now: number,
): { columnDefinitions: readonly ColumnDefinition[]; rows: unknown[][] } {
  const { table } = requireResource(kind);
  return { columnDefinitions: table.columns, rows: objects.map((object) => table.cells(object, now)) };
}
