import type { Deviation } from '../compare-answer';

/** Where today's answer is right though it is not the recorded one, and why. */
export interface Difference {
  readonly reason: string;
  /** The scenarios that it may appear in; absent is all. */
  readonly scenario?: RegExp;
  /** The place of the deviation. */
  readonly path: RegExp;
  readonly holds?: (deviation: Deviation) => boolean;
}

/** Today's answer has it in addition. */
export const added = ({ recorded }: Deviation): boolean => recorded === undefined;
/** Today's answer does without it. */
export const gone = ({ answered }: Deviation): boolean => answered === undefined;
/** Today's answer has all of these parts. */
export const says =
  (...parts: readonly string[]) =>
  ({ answered }: Deviation): boolean =>
    parts.every((part) => String(answered).includes(part));
