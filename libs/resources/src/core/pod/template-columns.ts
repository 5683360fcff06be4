import { column, type ColumnDefinition } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

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
