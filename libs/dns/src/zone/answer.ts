import type { Answer as ResourceRecord } from 'dns-packet';

export type { ResourceRecord };

/** What the zone knows about a question. Without answers and with `exists` it is NODATA; without `exists`, NXDOMAIN. */
export interface ZoneAnswer {
  readonly exists: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly additionals?: readonly ResourceRecord[];
  /** The name, outside of the zone, that the records lead to; its records belong into the answer. */
  readonly target?: string;
}

export const nameError: ZoneAnswer = { exists: false, answers: [] };
export const noData: ZoneAnswer = { exists: true, answers: [] };

export function found(answers: readonly ResourceRecord[], additionals: readonly ResourceRecord[] = []): ZoneAnswer {
  return { exists: true, answers, ...(additionals.length === 0 ? {} : { additionals }) };
}
