import type { Table } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { webhookCells, webhookColumns } from '../webhook-table';

export const mutatingWebhookConfigurationTable: Table<admissionregistrationv1.MutatingWebhookConfiguration> = {
  columns: webhookColumns,
  cells: webhookCells,
};
