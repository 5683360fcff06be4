import { ageColumn, ageOf, column, nameColumn, nameOf, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

/** What is used of each limit of a quota: requests and counts, or limits. */
function usage({ spec, status }: corev1.ResourceQuota, limits: boolean): string {
  return Object.keys(spec?.hard ?? {})
    .sort()
    .filter((name) => name.startsWith('limits') === limits)
    .map((name) => `${name}: ${status?.used?.[name] ?? '0'}/${spec?.hard?.[name] ?? '0'}`)
    .join(', ');
}

export const resourceQuotaTable: Table<corev1.ResourceQuota> = {
  columns: [
    nameColumn,
    column('Request', 'What is used of requests and counts.'),
    column('Limit', 'What is used of limits.'),
    ageColumn,
  ],
  cells: (quota, now) => [nameOf(quota), usage(quota, false), usage(quota, true), ageOf(quota, now)],
};
