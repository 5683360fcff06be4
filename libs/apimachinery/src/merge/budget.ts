import type { metav1 } from '@skiff/contracts';
import type { ObjectSchema } from '../schema/object-schema';
import { lengthOf, type FieldSet } from './field-set';
import { elementOf, objectShape, shapeOf, type ListShape, type Shape, type Values } from './shape';

/**
 * How long the sets of all managers of one object may be together as JSON, in characters. Upstream forgets
 * them when an object with them is larger than what etcd takes, which is 1.5 MiB; they are walked by every
 * write, so there are fewer here.
 */
export const mostCharacters = 512 << 10;

/** What is made from no more bytes than these has not that many fields, whatever defaults add: most objects are not counted. */
const smallBytes = 4 << 10;

export const isSmall = (bytes = Infinity): boolean => bytes <= smallBytes;

/** Beside the name of an element. */
const elementLength = '"":{},'.length;

/** Whether the set of all fields of an object is longer than that. What exceeds it is not looked at. */
export function hasTooManyFields(schema: ObjectSchema, object: unknown): boolean {
  return new Budget().spendOn(objectShape(schema), object) < 0;
}

/** Whether nobody could manage what is applied, since it has too many fields. */
export const isTooMuchToApply = (schema: ObjectSchema, config: unknown, bytes: number): boolean =>
  !isSmall(bytes) && hasTooManyFields(schema, config);

/** Whether the sets that managers have are longer than that together. */
export function areTooLong(entries: readonly metav1.ManagedFieldsEntry[]): boolean {
  let length = 0;
  for (const { fieldsV1 } of entries) {
    length += lengthOf((fieldsV1 ?? {}) as FieldSet);
    if (length > mostCharacters) return true;
  }
  return false;
}

class Budget {
  private left = mostCharacters;

  /** Takes what a value's set of fields takes; negative as soon as nothing is left. */
  spendOn(shape: Shape, value: unknown): number {
    if (typeof value !== 'object' || value === null || shape.type === 'atomic') return this.left;
    if (!Array.isArray(value)) this.spendOnMap(shape, value as Values);
    else if (shape.type === 'list') this.spendOnList(shape, value);
    return this.left;
  }

  private spendOnMap(shape: Shape, map: Values): void {
    for (const name of Object.keys(map)) {
      if (map[name] === undefined) continue;
      this.left -= name.length + elementLength;
      if (this.left < 0 || this.spendOn(shapeOf(shape, name), map[name]) < 0) return;
    }
  }

  private spendOnList(shape: ListShape, list: readonly unknown[]): void {
    for (const item of list) {
      this.left -= elementOf(shape, item).length + elementLength;
      if (this.left < 0 || this.spendOn(shape.element, item) < 0) return;
    }
  }
}
