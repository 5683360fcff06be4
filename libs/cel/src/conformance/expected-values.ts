import * as types from '../types/type';
import type { Type } from '../types/type';
import {
  DoubleValue,
  DurationValue,
  isInt,
  ListValue,
  MapValue,
  OptionalValue,
  TimestampValue,
  TypeValue,
  UintValue,
  BytesValue,
  type Value,
  toInt,
} from '../values/value';
import { ArrayList } from '../values/lists';
import { LiteralMap } from '../values/maps';
import { EvaluationError } from '../values/evaluation-error';
import { formatDouble } from '../values/format-double';
import { describe } from '../values/describe';
import type { TextMessage } from './text-proto';

/** What is not part of the language as Kubernetes has it. */
export class NotSupported extends Error {}

/** A value of the test data. */
export function valueOf(message: TextMessage): Value {
  const [[kind] = []] = message.fields;
  const scalar = kind === undefined ? undefined : message.scalar(kind);
  const inner = kind === undefined ? undefined : message.message(kind);
  switch (kind) {
    case 'null_value':
      return null;
    case 'bool_value':
      return scalar === 'true';
    case 'int64_value':
      return toInt(BigInt(scalar ?? '0'));
    case 'uint64_value':
      return new UintValue(toInt(BigInt(scalar ?? '0')));
    case 'double_value':
      return new DoubleValue(doubleOf(scalar ?? '0'));
    case 'string_value':
      return scalar ?? '';
    case 'bytes_value':
      return new BytesValue(message.bytes(kind) ?? new Uint8Array());
    case 'type_value':
      return new TypeValue(scalar ?? '');
    case 'list_value':
      return new ArrayList((inner?.messages('values') ?? []).map(valueOf));
    case 'map_value':
      return mapOf(inner?.messages('entries') ?? []);
    case 'object_value':
      return objectOf(inner);
    default:
      throw new NotSupported(`a value of ${String(kind)}`);
  }
}

const doubleOf = (text: string): number => Number(text.replace(/^([-+]?)inf(?:inity)?$/i, '$1Infinity'));

function mapOf(entries: readonly TextMessage[]): Value {
  const map = new LiteralMap();
  for (const entry of entries) {
    const [key, value] = [entry.message('key'), entry.message('value')];
    if (key && value) map.insert(valueOf(key), valueOf(value), () => new EvaluationError('repeated key'));
  }
  return map;
}

function objectOf(any: TextMessage | undefined): Value {
  const [[url = ''] = []] = any?.fields ?? [];
  const inner = any?.message(url);
  const nanoseconds = BigInt(inner?.scalar('seconds') ?? '0') * 1_000_000_000n + BigInt(inner?.scalar('nanos') ?? '0');
  if (url.endsWith('/google.protobuf.Timestamp')) return new TimestampValue(nanoseconds);
  if (url.endsWith('/google.protobuf.Duration')) return new DurationValue(nanoseconds);
  throw new NotSupported(`a message of ${url}`);
}

/** A text that tells values of different types apart, and maps of one content not. */
export function show(value: Value): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (isInt(value)) return `int ${String(value)}`;
  if (value instanceof UintValue) return `uint ${String(value.value)}`;
  if (value instanceof DoubleValue) return `double ${formatDouble(value.value)}`;
  if (value instanceof BytesValue) return `bytes ${Buffer.from(value.value).toString('hex')}`;
  if (value instanceof TypeValue) return `type ${value.name}`;
  if (value instanceof ListValue) return `[${Array.from(value, show).join(', ')}]`;
  if (value instanceof MapValue) {
    const entries = value.keys().map((key) => `${show(key)}: ${show(value.get(key) ?? null)}`);
    return `{${entries.sort().join(', ')}}`;
  }
  if (value instanceof OptionalValue) return value.value === undefined ? 'none' : `some ${show(value.value)}`;
  return `${value.typeName} ${describe(value)}`;
}

const primitives: Readonly<Record<string, types.SimpleType>> = {
  BOOL: types.boolType,
  INT64: types.intType,
  UINT64: types.uintType,
  DOUBLE: types.doubleType,
  STRING: types.stringType,
  BYTES: types.bytesType,
};

/** The parts of a message that the cases about types look at. */
const testAllTypes = 'cel.expr.conformance.proto3.TestAllTypes';
const nested = types.objectType(`${testAllTypes}.NestedMessage`, { bb: types.intType });
const messages: Readonly<Record<string, Type>> = {
  'google.protobuf.Timestamp': types.timestampType,
  'google.protobuf.Duration': types.durationType,
  [nested.name]: nested,
  [testAllTypes]: types.objectType(testAllTypes, {
    single_int64: types.intType,
    single_int64_wrapper: types.wrapperType(types.intType),
    single_string_wrapper: types.wrapperType(types.stringType),
    single_duration: types.durationType,
    single_timestamp: types.timestampType,
    repeated_nested_message: types.listType(nested),
  }),
};

/** A type of the test data. */
export function typeOf(message: TextMessage): Type {
  const [[kind] = []] = message.fields;
  const scalar = kind === undefined ? undefined : message.scalar(kind);
  const inner = kind === undefined ? undefined : message.message(kind);
  const below = (name: string): Type => {
    const found = inner?.message(name);
    return found ? typeOf(found) : types.dynType;
  };
  const primitive = primitives[scalar ?? ''];
  switch (kind) {
    case 'dyn':
      return types.dynType;
    case 'null':
      return types.nullType;
    case 'primitive':
      if (primitive) return primitive;
      break;
    case 'well_known':
      if (scalar === 'TIMESTAMP') return types.timestampType;
      if (scalar === 'DURATION') return types.durationType;
      break;
    case 'wrapper':
      if (primitive) return types.wrapperType(primitive);
      break;
    case 'message_type':
      if (messages[scalar ?? '']) return messages[scalar ?? ''] ?? types.dynType;
      break;
    case 'list_type':
      return types.listType(below('elem_type'));
    case 'map_type':
      return types.mapType(below('key_type'), below('value_type'));
    case 'type':
      return types.typeOfType(inner ? typeOf(inner) : types.dynType);
    case 'abstract_type':
      return types.opaqueType(inner?.scalar('name') ?? '', ...(inner?.messages('parameter_types') ?? []).map(typeOf));
  }
  throw new NotSupported(`a type of ${String(kind)} ${String(scalar)}`);
}
