import { fieldText } from '../selectors/field-selector';
import type { ApiObject } from '../object/api-object';

/** Reads a field that objects can be selected by; empty for what is not there. */
export type FieldReader = (object: ApiObject) => string;

/** Fields that are selected by their paths. */
export const fieldsAt = (...paths: readonly string[]): Record<string, FieldReader> =>
  Object.fromEntries(paths.map((path) => [path, (object: ApiObject) => fieldText(object, path)]));

/** A field that is selected by its path, and has a value where it is not there. */
export const fieldOr = (path: string, otherwise: string): Record<string, FieldReader> => ({
  [path]: (object) => fieldText(object, path) || otherwise,
});
