import { writeJson, type Kind, type metav1 } from '@skiff/contracts';
import { invalid, type StatusError } from '@skiff/platform';

/** The mistakes found in one object, in the order and the words of upstream's field errors. */
export class Problems {
  readonly causes: metav1.StatusCause[] = [];

  /** A value that breaks a rule; the value is shown. */
  invalid(field: string, value: unknown, detail: string): void {
    this.add('FieldValueInvalid', field, `Invalid value: ${show(value)}: ${detail}`);
  }

  /** A rule that is broken by several values together, none of which is shown. */
  invalidWhole(field: string, detail: string): void {
    this.add('FieldValueInvalid', field, `Invalid value: ${detail}`);
  }

  required(field: string, detail = ''): void {
    this.add('FieldValueRequired', field, withDetail('Required value', detail));
  }

  forbidden(field: string, detail: string): void {
    this.add('FieldValueForbidden', field, withDetail('Forbidden', detail));
  }

  duplicate(field: string, value: unknown, detail = ''): void {
    this.add('FieldValueDuplicate', field, withDetail(`Duplicate value: ${show(value)}`, detail));
  }

  notFound(field: string, value: unknown): void {
    this.add('FieldValueNotFound', field, `Not found: ${show(value)}`);
  }

  /** A value outside an enumeration; `supported` is shown in the given order. */
  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    const values = supported.map((item) => JSON.stringify(item)).join(', ');
    this.add('FieldValueNotSupported', field, `Unsupported value: ${show(value)}: supported values: ${values}`);
  }

  /** Text longer than `limit` bytes. */
  tooLong(field: string, limit: number): void {
    this.add('FieldValueTooLong', field, `Too long: may not be more than ${limit} bytes`);
  }

  tooMany(field: string, actual: number, limit: number): void {
    this.add(
      'FieldValueTooMany',
      field,
      `Too many: ${actual}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
    );
  }

  /** One invalid() for every message. */
  all(field: string, value: unknown, messages: readonly string[]): void {
    for (const message of messages) this.invalid(field, value, message);
  }

  /** A 422 with every mistake; undefined when there is none. */
  toError(kind: Pick<Kind, 'group' | 'kind'>, name: string): StatusError | undefined {
    return this.causes.length === 0 ? undefined : invalid(kind, name, this.causes);
  }

  private add(reason: string, field: string, message: string): void {
    this.causes.push({ reason, message, field });
  }
}

const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

/**
 * A value as field errors show it: quoted text, plain numbers, JSON for the rest. What
 * is absent is a nil pointer, which upstream shows in quotes; null is a nil list or map.
 */
function show(value: unknown): string {
  return writeJson(value === undefined ? 'null' : value);
}

/** A map with its keys in order, as Go writes maps. */
export function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A field of a message at a path. */
export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
