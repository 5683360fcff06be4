import { ageColumn, ageOf, column, nameColumn, nameOf, pairs, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { containersOf, workloadColumns } from '../pod/template-columns';

export const replicationControllerTable: Table<corev1.ReplicationController> = {
  columns: [
    nameColumn,
    column('Desired', 'Pods that are wanted.', { type: 'integer' }),
    column('Current', 'Pods that exist.', { type: 'integer' }),
    column('Ready', 'Pods that are ready.', { type: 'integer' }),
    ageColumn,
    ...workloadColumns,
  ],
  cells: (controller, now) => [
    nameOf(controller),
    controller.spec?.replicas ?? 0,
    controller.status?.replicas ?? 0,
    controller.status?.readyReplicas ?? 0,
    ageOf(controller, now),
    ...containersOf(controller.spec?.template),
    pairs(controller.spec?.selector),
  ],
};
