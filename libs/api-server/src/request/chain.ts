import type { Outcome } from './outcome';
import type { Request } from './request';

/** Deals with a request. May throw at once as well as reject. */
export type Handler = (request: Request) => Promise<Outcome>;

/** A step on the way of a request: may refuse it, learn something about it, or do something when it is over. */
export type Filter = (next: Handler) => Handler;

/** The filters around what is done in the end, the first one outermost. One that is absent is off, and costs nothing. */
export const compose = (filters: readonly (Filter | undefined)[], last: Handler): Handler =>
  filters.reduceRight<Handler>((next, filter) => filter?.(next) ?? next, last);
