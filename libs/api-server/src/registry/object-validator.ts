import { unsupportedWarnings, validateCreate, validateUpdate } from '@skiff/apimachinery';
import type { Validator } from './validator';

/** Refuses objects that break the rules of their resource, and tells what is dubious about the others, or has no effect. */
export const objectValidator: Validator = {
  validateCreate(resource, object, warner) {
    validateCreate(resource, object);
    for (const warning of resource.validation.warnings?.(object, undefined) ?? []) warner.warn(warning);
    for (const warning of unsupportedWarnings(resource, object, undefined, '')) warner.warn(warning);
  },
  validateUpdate(resource, object, old, subresource, warner) {
    validateUpdate(resource, object, old, subresource);
    const dubious = subresource === '' ? resource.validation.warnings?.(object, old) : undefined;
    for (const warning of dubious ?? []) warner.warn(warning);
    for (const warning of unsupportedWarnings(resource, object, old, subresource)) warner.warn(warning);
  },
};
