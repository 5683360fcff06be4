import type { ResourceList } from '../quantity/resource-list';

/** What objects of a resource cost. */
export interface QuotaEvaluator {
  /** Empty for the core group. */
  readonly group: string;
  readonly plural: string;
  /** Whether a changed object may cost more, or less, than before. */
  readonly countsUpdates: boolean;
  /** Whether it has a say about a resource that a quota names. */
  counts(resource: string): boolean;
  usage(object: unknown): ResourceList;
}

/** How a quota names the number of a resource's objects. */
export const countOf = (group: string, plural: string): string => `count/${plural}${group ? `.${group}` : ''}`;

/**
 * Each object counts as one.
 * @param alias how a quota names the number besides `count/`; default: in no other way.
 */
export function objectCount(group: string, plural: string, alias?: string): QuotaEvaluator {
  const names = [countOf(group, plural), ...(alias === undefined ? [] : [alias])];
  const usage = Object.fromEntries(names.map((name) => [name, '1']));
  return { group, plural, countsUpdates: false, counts: (name) => names.includes(name), usage: () => usage };
}
