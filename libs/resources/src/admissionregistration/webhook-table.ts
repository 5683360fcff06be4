import { ageColumn, ageOf, column, type ColumnDefinition, nameColumn, nameOf } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';

type Webhooks =
  admissionregistrationv1.MutatingWebhookConfiguration | admissionregistrationv1.ValidatingWebhookConfiguration;

export const webhookColumns: readonly ColumnDefinition[] = [
  nameColumn,
  column('Webhooks', 'How many it has.', { type: 'integer' }),
  ageColumn,
];

export const webhookCells = (configuration: Webhooks, now: number): unknown[] => [
  nameOf(configuration),
  configuration.webhooks?.length ?? 0,
  ageOf(configuration, now),
];
