import type { ObjectSchema, ValueSchema } from '@skiff/apimachinery';
import type { Schema } from './definitions';

/** Values that an option has several of are written as one each. */
const types: Readonly<Partial<Record<ValueSchema['type'], string>>> = {
  string: 'string',
  bytes: 'string',
  int32: 'integer',
  int64: 'integer',
  double: 'number',
  bool: 'boolean',
};

/** A parameter in the form of a version of OpenAPI. */
export function parameter(version: 2 | 3, name: string, place: 'query' | 'path', type = 'string'): Schema {
  const schema = { type, uniqueItems: true };
  return {
    name,
    in: place,
    ...(place === 'path' ? { required: true } : {}),
    ...(version === 3 ? { schema } : schema),
  };
}

/** The fields of options that a query can hold: those that are no objects of their own. */
export const optionParameters = (version: 2 | 3, options: ObjectSchema, without: readonly string[] = []): Schema[] =>
  [...options.fields.values()]
    .filter(({ name }) => !without.includes(name))
    .flatMap(({ name, value }) => {
      const type = types[value.type === 'list' ? value.element.type : value.type];
      return type === undefined ? [] : [parameter(version, name, 'query', type)];
    });

const identity = (one: Schema): string => `${String(one['name'])} ${String(one['in'])}`;

/** In the order of their names, each once. */
export function sortParameters(parameters: readonly Schema[]): Schema[] {
  const known = new Map(parameters.map((one) => [identity(one), one]));
  return [...known.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

type Operations = Readonly<Record<string, Schema>>;

const parametersOf = (operation: Schema): Schema[] => (operation['parameters'] as Schema[] | undefined) ?? [];
const isBody = (one: Schema): boolean => one['in'] === 'body';

/** A path of these operations: what all of them take, but for bodies, is said once. */
export function pathOf(operations: Operations): Schema {
  const all = Object.values(operations);
  const counts = new Map<string, number>();
  for (const operation of all)
    for (const one of parametersOf(operation)) counts.set(identity(one), (counts.get(identity(one)) ?? 0) + 1);
  const isShared = (one: Schema): boolean => !isBody(one) && counts.get(identity(one)) === all.length;
  const shared = sortParameters(all.flatMap((operation) => parametersOf(operation).filter(isShared)));
  return { ...mapValues(operations, (one) => withoutShared(one, isShared)), ...listed(shared) };
}

const listed = (parameters: readonly Schema[]): Schema => (parameters.length ? { parameters } : {});

function withoutShared({ parameters: _, ...operation }: Schema, isShared: (one: Schema) => boolean): Schema {
  const own = ((_ as Schema[] | undefined) ?? []).filter((one) => !isShared(one));
  return { ...operation, ...listed(own) };
}

const mapValues = (values: Operations, change: (value: Schema) => Schema): Schema =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
