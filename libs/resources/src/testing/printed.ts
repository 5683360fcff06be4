import type { ApiObject } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import { tableFor } from './by-kind';

const now = Date.parse('2026-01-01T01:00:00Z');

/** Of an object that is an hour old when it is printed. */
export const metadata = { name: 'o', namespace: 'n', creationTimestamp: '2026-01-01T00:00:00Z' };

/** What kubectl prints of one object: columns that are always shown, or all. */
export function printed<T extends ApiObject>(kind: Kind<T>, object: T, wide = false): Record<string, unknown> {
  const { columnDefinitions, rows } = tableFor(kind, [object], now);
  const cells = columnDefinitions.map(({ name, priority }, index) => [name, priority, rows[0]?.[index]] as const);
  return Object.fromEntries(
    cells.filter(([, priority]) => wide || priority === 0).map(([name, , cell]) => [name, cell]),
  );
}
