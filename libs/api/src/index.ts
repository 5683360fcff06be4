// Schemas of messages, and objects in their canonical form.
export {
  isScalar,
  jsonFields,
  messageNames,
  messageSchema,
  type FieldSchema,
  type MessageSchema,
  type ScalarType,
} from './schema/schema';
export { normalizeMessage, normalizeObject } from './normalize/normalize';
export { DecodeError, type Findings } from './normalize/problem';

// Amounts.
export {
  canonicalQuantity,
  compareQuantities,
  quantityFormatError,
  quantityToMilli,
  quantityToNano,
  quantityToNumber,
} from './quantity/quantity';
