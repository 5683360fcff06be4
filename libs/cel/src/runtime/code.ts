import type { Value } from '../values/value';
import type { Run } from './run';

/** A part of an expression, compiled: what it computes in one evaluation. */
export type Code = (run: Run) => Value;

/** A compiled node, and what is known of it before it runs. */
export interface Compiled {
  readonly code: Code;
  /** The value of what never changes. It costs nothing. */
  readonly constant?: Value;
}

export const constantCode = (value: Value): Compiled => ({ code: () => value, constant: value });

/** Where the compiler counts the places that an evaluation needs. */
export interface Places {
  slots: number;
  readonly inputs: string[];
}
