import { isScalar, messageSchema, type FieldSchema, type ScalarType } from '@skiff/apimachinery';

/** Bytes are a list to upstream, and so have no default. */
const zeros: Readonly<Record<ScalarType, unknown>> = {
  string: '',
  bytes: undefined,
  int32: 0,
  int64: 0,
  double: 0,
  bool: false,
};

/** Whether JSON shows a message by its fields. */
const isPlain = (message: string): boolean => messageSchema(message).codec === undefined;

/** What an element of a list or map is when nothing is said of it. */
export function elementDefault({ type }: FieldSchema): unknown {
  if (isScalar(type)) return zeros[type];
  return isPlain(type) ? {} : undefined;
}

/**
 * The default that version 3 shows of a field: the one that the API sets, else the zero value of what cannot be
 * absent. Undefined where there is none.
 */
export function fieldDefault(field: FieldSchema): unknown {
  if (field.default !== undefined) return field.default;
  if (field.label || field.pointer) return undefined;
  if (!isScalar(field.type)) return isPlain(field.type) ? {} : undefined;
  return field.always ? zeros[field.type] : undefined;
}
