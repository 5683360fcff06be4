import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { flowcontrolv1 } from '@skiff/contracts';

/** Upstream: printFlowSchema in pkg/printers/internalversion/printers.go. */
export const flowSchemaTable: Table<flowcontrolv1.FlowSchema> = {
  columns: [
    nameColumn,
    column('PriorityLevel', 'The level that its requests belong to.'),
    column('MatchingPrecedence', 'The lower, the earlier a request is held against it.', { type: 'integer' }),
    column('DistinguisherMethod', 'By what the flows of its requests differ.'),
    ageColumn,
    column('MissingPL', 'Whether the level is missing.'),
  ],
  cells: (schema, now) => {
    const { priorityLevelConfiguration, matchingPrecedence = 0, distinguisherMethod } = schema.spec ?? {};
    const dangling = schema.status?.conditions?.find(({ type }) => type === 'Dangling');
    return [
      nameOf(schema),
      priorityLevelConfiguration?.name ?? '',
      matchingPrecedence,
      distinguisherMethod?.type ?? '<none>',
      ageOf(schema, now),
      dangling?.status ?? '?',
    ];
  },
};
