import { column, type ColumnDefinition } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** The table of one resource. */
export interface Printer {
  /** "group/plural". */
  readonly resource: string;
  readonly columns: readonly ColumnDefinition[];
  cells(object: never, now: number): unknown[];
}

export const printer = <T>(
  resource: string,
  columns: readonly ColumnDefinition[],
  cells: (object: T, now: number) => unknown[],
): Printer => ({ resource, columns, cells });

/** Names and images of the containers of a template. */
export const containersOf = (template: corev1.PodTemplateSpec | undefined): [string, string] => [
  (template?.spec?.containers ?? []).map(({ name }) => name).join(','),
  (template?.spec?.containers ?? []).map(({ image }) => image).join(','),
];

/** Columns of what runs pods. */
export const workloadColumns: readonly ColumnDefinition[] = [
  column('Containers', 'Names of the containers of its pods.', { wide: true }),
  column('Images', 'Images of the containers of its pods.', { wide: true }),
  column('Selector', 'Which pods belong to it.', { wide: true }),
];
