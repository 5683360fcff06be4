import { goTypeOf, printGoSyntax, printGoValue } from '../patch/go-value';
import type { Json } from '../patch/json';
import type { ListSchema, MapSchema, ObjectSchema, ScalarType, ValueSchema } from '../schema/object-schema';
import { elementText } from './element-text';
import { elementOf, fieldShape, isMap, valueShape, type ListShape, type Shape } from './shape';

/** So many mistakes are told. */
const mostMistakes = 100;

interface Mistakes {
  readonly found: string[];
}

/**
 * What keeps an object from being one of a schema, in the words of structured-merge-diff, each with its path; undefined
 * when nothing does. Values that a schema allows and the kind does not, such as a text that is no quantity, are found
 * where the object is read.
 * Upstream: typed/validate.go of structured-merge-diff.
 */
export function whyNotTyped(schema: ObjectSchema, object: Json): string | undefined {
  const mistakes: Mistakes = { found: [] };
  checkObject(schema, object, '', mistakes);
  const [first] = mistakes.found;
  return mistakes.found.length < 2 ? first : ['errors:', ...mistakes.found.map((one) => `  ${one}`)].join('\n');
}

function note({ found }: Mistakes, path: string, message: string): void {
  if (found.length < mostMistakes) found.push(path === '' ? message : `${path}: ${message}`);
}

function check(schema: ValueSchema, shape: Shape, value: Json, path: string, mistakes: Mistakes): void {
  if (value === null) return;
  switch (schema.type) {
    case 'object':
      return checkObject(schema, value, path, mistakes);
    case 'map':
      return checkMap(schema, value, path, mistakes);
    case 'list':
      return checkList(schema, shape, value, path, mistakes);
    case 'any':
    case 'union':
      return;
    default:
      return checkScalar(scalars[schema.type], value, path, mistakes);
  }
}

/** Nothing more is said of an object with a field that there is not. */
function checkObject(
  { fields, unknownFields, kind }: ObjectSchema,
  value: Json,
  path: string,
  mistakes: Mistakes,
): void {
  if (!isMap(value)) return note(mistakes, path, `expected map, got &{${printGoValue(value)}}`);
  for (const name of Object.keys(value).sort()) {
    if (kind && (name === 'kind' || name === 'apiVersion')) continue;
    const field = fields.get(name);
    const schema = field?.value ?? unknownFields;
    const place = `${path}.${name}`;
    if (!schema) return note(mistakes, place, 'field not declared in schema');
    check(schema, field ? fieldShape(field) : valueShape(schema), value[name] as Json, place, mistakes);
  }
}

function checkMap({ element }: MapSchema, value: Json, path: string, mistakes: Mistakes): void {
  if (!isMap(value)) return note(mistakes, path, `expected map, got &{${printGoValue(value)}}`);
  const shape = valueShape(element);
  for (const name of Object.keys(value).sort()) check(element, shape, value[name] as Json, `${path}.${name}`, mistakes);
}

/** Nothing more is said of a list with an item that cannot be told apart. */
function checkList({ element }: ListSchema, shape: Shape, value: Json, path: string, mistakes: Mistakes): void {
  if (!Array.isArray(value)) return note(mistakes, path, `expected list, got &{${printGoValue(value)}}`);
  const below = shape.type === 'list' ? shape.element : valueShape(element);
  const seen = new Set<string>();
  for (const [index, item] of value.entries()) {
    const why = shape.type === 'list' ? whyNoElement(shape, item) : undefined;
    if (why !== undefined) return note(mistakes, path, `element ${index}: ${why}`);
    const at = shape.type === 'list' ? elementOf(shape, item) : `i:${index}`;
    if (seen.has(at)) note(mistakes, path, `duplicate entries for key ${elementText(at)}`);
    seen.add(at);
    check(element, below, item, path + elementText(at), mistakes);
  }
}

function whyNoElement({ keys }: ListShape, item: Json): string | undefined {
  if (keys.length === 0) return whyNoSetElement(item);
  if (item === null) return 'associative list with keys may not have a null element';
  if (!isMap(item)) return 'associative list with keys may not have non-map elements';
  if (keys.some(({ name, initial }) => item[name] !== undefined || initial !== undefined)) return undefined;
  const names = keys.map(({ name }) => JSON.stringify(name)).join(' ');
  return `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`;
}

function whyNoSetElement(item: Json): string | undefined {
  if (item === null) return "associative list without keys has an element that's an explicit null";
  if (Array.isArray(item)) return 'not supported: associative list with lists as elements';
  return isMap(item) ? "associative list without keys has an element that's a map type" : undefined;
}

type Expected = 'string' | 'boolean' | 'numeric' | 'anything';

/** What may stand as several types in JSON may be anything here. */
const scalars: Readonly<Record<ScalarType, Expected>> = {
  ...{ string: 'string', bytes: 'string', duration: 'string', bool: 'boolean' },
  ...{ int32: 'numeric', int64: 'numeric', double: 'numeric' },
  ...{ quantity: 'anything', 'int-or-string': 'anything', time: 'anything', 'micro-time': 'anything' },
};

function checkScalar(expected: Expected, value: Json, path: string, mistakes: Mistakes): void {
  const type = goTypeOf(value);
  switch (expected) {
    case 'anything':
      return;
    case 'numeric':
      if (type !== 'int64' && type !== 'float64') note(mistakes, path, `expected numeric (int or float), got ${type}`);
      return;
    default:
      if (type !== (expected === 'boolean' ? 'bool' : expected))
        note(mistakes, path, `expected ${expected}, got &value.valueUnstructured{Value:${printGoSyntax(value)}}`);
  }
}
