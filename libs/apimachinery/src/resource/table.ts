import { column, nameColumn, nameOf, type ColumnDefinition, type Printed } from '../table/columns';

/** What kubectl prints of objects. */
export interface Table<T = unknown> {
  readonly columns: readonly ColumnDefinition[];
  /** One value for each column. `now` is in milliseconds since the epoch. */
  cells(object: T, now: number): unknown[];
}

/** For resources that have no columns of their own, as upstream's default. */
export const plainTable: Table<Printed> = {
  columns: [nameColumn, column('Created At', 'When it was created.', { type: 'date' })],
  cells: (object) => [nameOf(object), object.metadata?.creationTimestamp ?? ''],
};
