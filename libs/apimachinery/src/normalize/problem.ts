import { isNumber } from '@skiff/contracts';

/** Something in a document that its schema does not allow. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError';
  constructor(
    message: string,
    /** The value, and the Go type that is wanted in its place, where that is what is wrong. */
    readonly mismatch?: { readonly value: unknown; readonly goType: string },
  ) {
    super(message);
  }
}

/** What normalizing found besides the object. */
export interface Findings {
  /** Paths of fields that the schema does not have, such as `spec.containers[0].foo`. */
  readonly unknownFields: string[];
}

/** What Go's JSON decoder calls a value. */
export function goTypeOfJson(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return isNumber(value) ? 'number' : typeof value;
}
