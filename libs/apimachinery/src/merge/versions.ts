import type { ObjectSchema } from '../schema/object-schema';
import type { Values } from './shape';

/** The versions of an object by which its managers may name its fields. */
export interface Versions {
  /** Undefined for a version that is served no longer: who named fields by it owns nothing any more. */
  schemaOf(apiVersion: string): ObjectSchema | undefined;
  /** The object in another version. Not asked for the one that it has. */
  convert(object: Values, from: string, to: string): Values | Promise<Values>;
}

/** The versions of what is only known in one. */
export const onlyVersion = (apiVersion: string, schema: ObjectSchema): Versions => ({
  schemaOf: (asked) => (asked === apiVersion ? schema : undefined),
  convert: (object) => object,
});

/** An object in a version, wherever it has been before. */
export const inVersion = (versions: Versions, object: Values, from: string, to: string): Values | Promise<Values> =>
  from === to ? object : versions.convert(object, from, to);
