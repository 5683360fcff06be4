import type { ScalarType, ValueSchema } from '../schema/object-schema';

/** What an absent scalar is. */
export const zeros: Readonly<Record<ScalarType, unknown>> = {
  string: '',
  bytes: '',
  bool: false,
  int32: 0,
  int64: 0,
  double: 0,
  quantity: '0',
  'int-or-string': 0,
  time: null,
  'micro-time': null,
  duration: '0s',
};

/** What a null in a list or a map becomes before it is read. */
export function emptyElement(schema: ValueSchema): unknown {
  switch (schema.type) {
    case 'list':
      return [];
    case 'object':
    case 'map':
    case 'union':
    case 'any':
      return {};
    default:
      return zeros[schema.type];
  }
}
