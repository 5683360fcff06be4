import type { Table } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';
import { bindingCells, bindingColumns } from '../binding-table';

export const clusterRoleBindingTable: Table<rbacv1.ClusterRoleBinding> = {
  columns: bindingColumns,
  cells: bindingCells,
};
