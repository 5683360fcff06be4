import { validateCreate, validateUpdate, warningsFor } from '@skiff/api';
import type { Validator } from './validator';

/** Refuses objects that break the rules of their kind, and tells what is dubious about the others. */
export const objectValidator: Validator = {
  validateCreate(kind, object, warner) {
    validateCreate(kind, object);
    for (const warning of warningsFor(kind, object, undefined)) warner.warn(warning);
  },
  validateUpdate(kind, object, old, subresource, warner) {
    validateUpdate(kind, object, old, subresource);
    if (subresource === '') for (const warning of warningsFor(kind, object, old)) warner.warn(warning);
  },
};
