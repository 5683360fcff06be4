import type { Table } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { webhookCells, webhookColumns } from '../webhook-table';

export const validatingWebhookConfigurationTable: Table<admissionregistrationv1.ValidatingWebhookConfiguration> = {
  columns: webhookColumns,
  cells: webhookCells,
};
