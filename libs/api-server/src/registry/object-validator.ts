import { validateCreate, validateUpdate } from '@skiff/api';
import type { Validator } from './validator';

/** Refuses objects that break the rules of their kind. */
export const objectValidator: Validator = {
  validateCreate,
  validateUpdate(kind, object, old, subresource) {
    // A binding changes what a pod's own rules forbid; who binds has been checked before.
    if (subresource !== 'binding') validateUpdate(kind, object, old, subresource);
  },
};
