import type { ErrorList } from '@skiff/apimachinery';
import type { Schema } from '@skiff/apiextensions-schema';

/** Where a schema stands. */
export type Level = 'root' | 'item' | 'field';

/** Looks at one schema. */
export type SchemaRule = (schema: Schema, path: string, to: ErrorList) => void;

/** The path of a schema by its name. */
export const keyed = (path: string, name: string): string => `${path}[${name}]`;
