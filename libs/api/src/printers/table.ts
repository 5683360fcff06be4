import type { Kind } from '@skiff/contracts';
import { accessPrinters } from './access';
import { autoscalingPrinters } from './autoscaling';
import { clusterPrinters } from './cluster';
import { column, nameColumn, nameOf, type ColumnDefinition, type Printed } from '@skiff/apimachinery';
import { type Printer } from './columns';
import { configurationPrinters } from './configuration';
import { eventPrinters } from './events';
import { extensionPrinters } from './extension';
import { networkPrinters } from './network';
import { podPrinters } from './pod';
import { storagePrinters } from './storage';
import { workloadPrinters } from './workloads';

const printers = new Map(
  [
    ...podPrinters,
    ...workloadPrinters,
    ...autoscalingPrinters,
    ...networkPrinters,
    ...configurationPrinters,
    ...storagePrinters,
    ...accessPrinters,
    ...clusterPrinters,
    ...eventPrinters,
    ...extensionPrinters,
  ].map((printer) => [printer.resource, printer]),
);

/** For kinds that have no columns of their own, as upstream's default. */
const plain: Printer = {
  resource: '',
  columns: [nameColumn, column('Created At', 'When it was created.', { type: 'date' })],
  cells: (object: Printed) => [nameOf(object), object.metadata?.creationTimestamp ?? ''],
};

/** Columns and rows of objects of a kind, as kubectl prints them. `now` is in milliseconds since the epoch. */
export function tableFor<T>(
  kind: Kind<T>,
  objects: readonly T[],
  now: number,
): { columnDefinitions: readonly ColumnDefinition[]; rows: unknown[][] } {
  const found = printers.get(`${kind.group}/${kind.plural}`) ?? plain;
  return { columnDefinitions: found.columns, rows: objects.map((object) => found.cells(object as never, now)) };
}
