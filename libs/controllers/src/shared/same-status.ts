import { semanticEqual } from './semantic-equal';

/** Whether two statuses say the same: counts of zero and empty texts may be absent when read back. */
export function sameStatus(one: object | undefined, other: object | undefined): boolean {
  return semanticEqual(withoutZeros(one), withoutZeros(other));
}

function withoutZeros(status: object | undefined): unknown {
  return Object.fromEntries(Object.entries(status ?? {}).filter(([, value]) => value !== 0 && value !== ''));
}
