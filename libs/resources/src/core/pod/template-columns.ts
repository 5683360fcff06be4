import { ageColumn, ageOf, column, type ApiObject, type ColumnDefinition } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** Names and images of the containers of a template. */
export const containersOf = (template: corev1.PodTemplateSpec | undefined): [string, string] => [
  (template?.spec?.containers ?? []).map(({ name }) => name).join(','),
  (template?.spec?.containers ?? []).map(({ image }) => image).join(','),
];

/** The age of what runs pods, and their containers. */
export const templateColumns: readonly ColumnDefinition[] = [
  ageColumn,
  column('Containers', 'Names of the containers of its pods.', { wide: true }),
  column('Images', 'Images of the containers of its pods.', { wide: true }),
];

/** The same, and how it finds its pods. */
export const workloadColumns: readonly ColumnDefinition[] = [
  ...templateColumns,
  column('Selector', 'Which pods belong to it.', { wide: true }),
];

export const templateCells = (
  object: ApiObject,
  template: corev1.PodTemplateSpec | undefined,
  now: number,
): string[] => [ageOf(object, now), ...containersOf(template)];
