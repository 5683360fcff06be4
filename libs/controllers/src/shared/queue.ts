import type { skiffapiv1 } from '@skiff/contracts';

/** Who wrote a change, to link what is done about it to its cause. */
export type Trace = skiffapiv1.TraceContext | undefined;

/** Where a controller puts the keys of objects that need a look. */
export interface Queue {
  add(key: string, trace?: Trace): void;
  /** After `milliseconds`. */
  addAfter(key: string, milliseconds: number): void;
}
