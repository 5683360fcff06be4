import { validateCreate, validateUpdate } from '@skiff/api';
import type { Validator } from './validator';

/** Refuses objects that break the rules of their kind. */
export const objectValidator: Validator = { validateCreate, validateUpdate };
