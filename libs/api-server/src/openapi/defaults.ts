import type { FieldSchema, ScalarType, ValueSchema } from '@skiff/apimachinery';

/** Bytes are a list to upstream, and so have no default. */
const zeros: Readonly<Partial<Record<ValueSchema['type'], unknown>>> = {
  string: '',
  int32: 0,
  int64: 0,
  double: 0,
  bool: false,
} satisfies Partial<Record<ScalarType, unknown>>;

/** What an element of a list or map is when nothing is said of it. */
export function elementDefault(schema: ValueSchema): unknown {
  return schema.type === 'object' ? {} : zeros[schema.type];
}

/**
 * The default that version 3 shows of a field: the one that the API sets, else the zero value of what cannot be
 * absent. Undefined where there is none.
 */
export function fieldDefault({ value, default: given, showAbsent }: FieldSchema): unknown {
  if (given !== undefined) return given;
  return showAbsent ? elementDefault(value) : undefined;
}
