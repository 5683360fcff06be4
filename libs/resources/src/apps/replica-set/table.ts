import { formatLabelSelector } from '@skiff/apimachinery';
import type { appsv1 } from '@skiff/contracts';
import { replicaTable } from '../../core/pod/replica-table';

export const replicaSetTable = replicaTable(({ spec }: appsv1.ReplicaSet) => formatLabelSelector(spec?.selector));
