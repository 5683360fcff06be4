import { openPatches } from './patches';
import { openValidation } from './validation';

/** Interactions that are not answered as recorded yet, by scenario: the steps. The lists only shrink. */
export const open: ReadonlyMap<string, readonly number[]> = new Map([...openPatches, ...openValidation]);
