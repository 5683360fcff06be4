import { EvaluationError, noSuchKey, noSuchOverload } from '../values/evaluation-error';
import { fromHost, HostMap, HostObject } from '../values/host-values';
import { DoubleValue, isInt, ListValue, MapValue, OptionalValue, UintValue, type Value } from '../values/value';
import { describe } from '../values/describe';
import type { ObjectField } from '../types/type';

const isPlain = (name: string): boolean => !(name in Object.prototype);

/** `operand.field`. Upstream: cel-go interpreter/attributes.go. */
export function selectMember(field: string): (operand: Value) => Value {
  const plain = isPlain(field);
  const select = (operand: Value): Value => {
    if (operand instanceof HostMap && plain) {
      const raw = operand.raw[field];
      if (raw !== undefined)
        return typeof raw === 'string' && operand.valueType.kind === 'dyn' ? raw : fromHost(raw, operand.valueType);
      throw noSuchKey(field);
    }
    if (operand instanceof MapValue) {
      const value = operand.get(field);
      if (value === undefined) throw noSuchKey(field);
      return value;
    }
    if (operand instanceof OptionalValue) return selectOptional(operand, field);
    throw noSuchMember(operand, field);
  };
  return select;
}

/** `operand.field` of an object whose type is known, and with it the field. */
export function selectField(name: string, { jsonName, type }: ObjectField): (operand: Value) => Value {
  const general = selectMember(name);
  if (!isPlain(jsonName)) return general;
  return (operand) => {
    if (!(operand instanceof HostObject)) return general(operand);
    const raw = operand.raw[jsonName];
    if (raw === undefined) throw noSuchKey(name);
    return fromHost(raw, type);
  };
}

function noSuchMember(operand: Value, field: string): EvaluationError {
  if (operand === null || operand instanceof ListValue) return noSuchOverload();
  return operand instanceof Object ? noSuchKey(field) : noSuchOverload();
}

export function hasMember(operand: Value, field: string): boolean {
  if (operand instanceof MapValue) return operand.has(field);
  if (operand instanceof OptionalValue) return operand.value !== undefined && hasMember(operand.value, field);
  throw noSuchOverload();
}

/** `operand.?field`, and `.field` of an optional. */
export function selectOptional(operand: Value, field: Value): OptionalValue {
  const target = operand instanceof OptionalValue ? operand.value : operand;
  if (target === undefined) return OptionalValue.none;
  if (target instanceof ListValue) {
    const place = placeOf(field);
    if (place === undefined) throw noSuchOverload();
    return place >= 0 && place < target.size ? new OptionalValue(target.get(place)) : OptionalValue.none;
  }
  if (!(target instanceof MapValue)) throw noSuchOverload();
  const value = target.get(field);
  return value === undefined ? OptionalValue.none : new OptionalValue(value);
}

/** The place in a list that a number names, if it is a whole one. */
function placeOf(key: Value): number | undefined {
  if (typeof key === 'number') return key;
  if (isInt(key)) return Number(key);
  if (key instanceof UintValue) return Number(key.value);
  return key instanceof DoubleValue && Number.isInteger(key.value) ? key.value : undefined;
}

/** `operand[key]`. */
export function elementOf(operand: Value, key: Value): Value {
  if (operand instanceof ListValue) {
    const place = placeOf(key);
    if (place === undefined) throw new EvaluationError(`unsupported index type '${describe(key)}' in list`);
    if (place < 0 || place >= operand.size) throw new EvaluationError(`index out of bounds: ${String(place)}`);
    return operand.get(place);
  }
  if (operand instanceof MapValue) {
    const value = operand.get(key);
    if (value === undefined) throw noSuchKey(describe(key));
    return value;
  }
  if (operand instanceof OptionalValue) return selectOptional(operand, key);
  throw noSuchOverload();
}
