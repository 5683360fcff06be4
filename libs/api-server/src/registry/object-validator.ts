import { unsupportedWarnings, validateCreate, validateUpdate, warningsFor } from '@skiff/api';
import type { Validator } from './validator';

/** Refuses objects that break the rules of their kind, and tells what is dubious about the others, or has no effect. */
export const objectValidator: Validator = {
  validateCreate(kind, object, warner) {
    validateCreate(kind, object);
    for (const warning of warningsFor(kind, object, undefined)) warner.warn(warning);
    for (const warning of unsupportedWarnings(kind, object, undefined, '')) warner.warn(warning);
  },
  validateUpdate(kind, object, old, subresource, warner) {
    validateUpdate(kind, object, old, subresource);
    if (subresource === '') for (const warning of warningsFor(kind, object, old)) warner.warn(warning);
    for (const warning of unsupportedWarnings(kind, object, old, subresource)) warner.warn(warning);
  },
};
