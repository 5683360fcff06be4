import type { FunctionDeclaration } from '../library/declare';
import { dynType, listType, mapType, type ObjectType, optionalType, type Type, typeOfType } from '../types/type';
import * as types from '../types/type';
import { TypeValue, type Value } from '../values/value';

/** What a name means. */
export interface Declared {
  readonly name: string;
  readonly type: Type;
  /** The value of a name that is a constant, such as a type. */
  readonly constant?: Value;
}

const nullable = 'null_type';
const standardTypes: readonly (readonly [string, Type])[] = [
  ['bool', types.boolType],
  ['int', types.intType],
  ['uint', types.uintType],
  ['double', types.doubleType],
  ['string', types.stringType],
  ['bytes', types.bytesType],
  ['list', listType(dynType)],
  ['map', mapType(dynType, dynType)],
  [nullable, types.nullType],
  ['type', typeOfType()],
  ['optional_type', optionalType(dynType)],
  ['google.protobuf.Timestamp', types.timestampType],
  ['google.protobuf.Duration', types.durationType],
];

export const standardTypeNames: ReadonlyMap<string, Declared> = new Map(
  standardTypes.map(([name, of]) => [name, { name, type: typeOfType(of), constant: new TypeValue(name) }]),
);

/** The names that a container makes of one: the innermost first. A leading dot leaves the container. */
export function candidateNames(container: string, name: string): readonly string[] {
  if (name.startsWith('.')) return [name.slice(1)];
  if (container === '') return [name];
  const candidates: string[] = [];
  for (let prefix = container; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.'))))
    candidates.push(`${prefix}.${name}`);
  return [...candidates, name];
}

/** What an expression can name. */
export interface Names {
  readonly container: string;
  variable(name: string): Declared | undefined;
  type(name: string): ObjectType | undefined;
  function(name: string): FunctionDeclaration | undefined;
}
