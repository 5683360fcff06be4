import type { admissionregistrationv1, apiregistrationv1 } from '@skiff/contracts';
import { ageColumn, ageOf, column, nameColumn, nameOf, type ColumnDefinition } from '@skiff/apimachinery';
import { printer, type Printer } from './columns';

type Webhooks =
  admissionregistrationv1.MutatingWebhookConfiguration | admissionregistrationv1.ValidatingWebhookConfiguration;

const webhookColumns: readonly ColumnDefinition[] = [
  nameColumn,
  column('Webhooks', 'How many it has.', { type: 'integer' }),
  ageColumn,
];
const webhookCells = (configuration: Webhooks, now: number): unknown[] => [
  nameOf(configuration),
  configuration.webhooks?.length ?? 0,
  ageOf(configuration, now),
];

export const extensionPrinters: readonly Printer[] = [
  printer('admissionregistration.k8s.io/mutatingwebhookconfigurations', webhookColumns, webhookCells),
  printer('admissionregistration.k8s.io/validatingwebhookconfigurations', webhookColumns, webhookCells),
  printer<apiregistrationv1.APIService>(
    'apiregistration.k8s.io/apiservices',
    [nameColumn, column('Service', 'Who serves it.'), column('Available', 'Whether it is served.'), ageColumn],
    (service, now) => {
      const { spec, status } = service;
      const available = status?.conditions?.find(({ type }) => type === 'Available');
      const state = available?.status ?? 'Unknown';
      return [
        nameOf(service),
        spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local',
        state === 'True' || !available?.reason ? state : `${state} (${available.reason})`,
        ageOf(service, now),
      ];
    },
  ),
];
