import { pairs } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { replicaTable } from '../pod/replica-table';

export const replicationControllerTable = replicaTable(({ spec }: corev1.ReplicationController) =>
  pairs(spec?.selector),
);
