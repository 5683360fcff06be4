import type { Table } from '@skiff/apimachinery';
import type { rbacv1 } from '@skiff/contracts';
import { bindingCells, bindingColumns } from '../binding-table';

export const roleBindingTable: Table<rbacv1.RoleBinding> = {
  columns: bindingColumns,
  cells: bindingCells,
};
