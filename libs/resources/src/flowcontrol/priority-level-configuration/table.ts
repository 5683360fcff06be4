import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';

/** Upstream: printPriorityLevelConfiguration in pkg/printers/internalversion/printers.go. */
export const priorityLevelConfigurationTable: Table<flowcontrolv1.PriorityLevelConfiguration> = {
  columns: [
    nameColumn,
    column('Type', 'Whether its requests wait for one another.'),
    column('NominalConcurrencyShares', 'Its part of all seats, compared with those of others.'),
    column('Queues', 'How many queues its requests wait in.'),
    column('HandSize', 'Among how many of them a flow may choose.'),
    column('QueueLengthLimit', 'How many requests wait in each at most.'),
    ageColumn,
  ],
  cells: (level, now) => {
    const { type = '', limited } = level.spec ?? {};
    const queuing = limited?.limitResponse?.queuing;
    const shown = (value: number | null | undefined): number | string => value ?? '<none>';
    return [
      nameOf(level),
      type,
      shown(limited?.nominalConcurrencyShares),
      shown(queuing?.queues),
      shown(queuing?.handSize),
      shown(queuing?.queueLengthLimit),
      ageOf(level, now),
    ];
  },
};
