import { column, nameColumn, nameOf, pairs, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { containersOf } from '../pod/template-columns';

export const podTemplateTable: Table<corev1.PodTemplate> = {
  columns: [
    nameColumn,
    column('Containers', 'Names of the containers of its pods.'),
    column('Images', 'Images of the containers of its pods.'),
    column('Pod Labels', 'Labels of its pods.'),
  ],
  cells: (object) => [nameOf(object), ...containersOf(object.template), pairs(object.template?.metadata?.labels)],
};
