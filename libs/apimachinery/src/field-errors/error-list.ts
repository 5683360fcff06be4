import { writeJson, type Kind, type metav1 } from '@skiff/contracts';
import { escapeHtml } from '../patch/go-value';
import type { StatusError } from '../status/status-error';
import { invalid } from '../status/status-errors';

/** How many mistakes of one object are told. */
const mostTold = 1_000;
/** When the texts of those told have this many characters, no more are. */
const mostCharacters = 512 * 1024;

/**
 * The mistakes found in one object, in the order and the words of upstream's field errors. They are
 * bounded: a client could have a long list shown once for each of its items.
 */
export class ErrorList {
  /** Those that are told. */
  readonly causes: metav1.StatusCause[] = [];
  private characters = 0;
  private found = 0;
  private readonly fine = new WeakSet<object>();

  /** How many were found, told or not. */
  get count(): number {
    return this.found;
  }

  /** Checks a value, unless nothing was found in it before: upstream checks the metadata of a change three times. */
  unlessFine<T extends object>(value: T | null | undefined, check: (value: T) => void): void {
    if (!value || this.fine.has(value)) return;
    const before = this.found;
    check(value);
    if (this.found === before) this.fine.add(value);
  }

  /** A value that breaks a rule; the value is shown. */
  invalid(field: string, value: unknown, detail: string): void {
    this.add('FieldValueInvalid', field, () => `Invalid value: ${show(value)}${detail && `: ${detail}`}`);
  }

  /** A value of the wrong type; the value, or what it is, is shown. */
  typeInvalid(field: string, value: unknown, detail: string): void {
    this.add('FieldValueTypeInvalid', field, () => `Invalid value: ${show(value)}${detail && `: ${detail}`}`);
  }

  /** A rule that is broken by several values together, none of which is shown. */
  invalidWhole(field: string, detail: string): void {
    this.add('FieldValueInvalid', field, () => `Invalid value: ${detail}`);
  }

  required(field: string, detail = ''): void {
    this.add('FieldValueRequired', field, () => withDetail('Required value', detail));
  }

  forbidden(field: string, detail: string): void {
    this.add('FieldValueForbidden', field, () => withDetail('Forbidden', detail));
  }

  duplicate(field: string, value: unknown, detail = ''): void {
    this.add('FieldValueDuplicate', field, () => withDetail(`Duplicate value: ${show(value)}`, detail));
  }

  /** A value that is there twice and is not shown. */
  duplicateWhole(field: string): void {
    this.add('FieldValueDuplicate', field, () => 'Duplicate value');
  }

  notFound(field: string, value: unknown): void {
    this.add('FieldValueNotFound', field, () => `Not found: ${show(value)}`);
  }

  /** A value outside an enumeration; `supported` is shown in the given order. */
  notSupported(field: string, value: unknown, supported: readonly string[]): void {
    this.add('FieldValueNotSupported', field, () => {
      const values = supported.map((item) => JSON.stringify(item)).join(', ');
      return `Unsupported value: ${show(value)}: supported values: ${values}`;
    });
  }

  /** Text longer than `limit` bytes. */
  tooLong(field: string, limit: number): void {
    this.add('FieldValueTooLong', field, () => `Too long: may not be more than ${limit} bytes`);
  }

  tooMany(field: string, actual: number, limit: number): void {
    this.add(
      'FieldValueTooMany',
      field,
      () => `Too many: ${actual}: must have at most ${limit} ${limit === 1 ? 'item' : 'items'}`,
    );
  }

  /** One invalid() for every message. */
  all(field: string, value: unknown, messages: readonly string[]): void {
    for (const message of messages) this.invalid(field, value, message);
  }

  /** Those of another list, sorted by their texts, as upstream does where it finds them in no order. */
  adopt(other: ErrorList): void {
    const textOf = ({ field, message }: metav1.StatusCause): string => `${field}: ${message}`;
    for (const cause of other.causes.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1)))
      this.add(cause.reason ?? '', cause.field ?? '', () => cause.message ?? '');
    this.found += other.found - other.causes.length;
  }

  /** A 422 with the mistakes; undefined when there is none. */
  toError(kind: Pick<Kind, 'group' | 'kind'>, name: string): StatusError | undefined {
    if (this.found === 0) return undefined;
    const untold = this.found - this.causes.length;
    const more = { reason: 'FieldValueInvalid', message: `too many errors: ${untold} more are not shown`, field: '' };
    return invalid(kind, name, untold > 0 ? [...this.causes, more] : this.causes);
  }

  private add(reason: string, field: string, text: () => string): void {
    this.found += 1;
    if (this.causes.length >= mostTold || this.characters >= mostCharacters) return;
    const message = text();
    this.characters += message.length + field.length;
    this.causes.push({ reason, message, field });
  }
}

const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

/**
 * A value as field errors show it: quoted text, plain numbers, JSON for the rest. What
 * is absent is a nil pointer, which upstream shows in quotes; null is a nil list or map.
 */
function show(value: unknown): string {
  const text = writeJson(value === undefined ? 'null' : value);
  return typeof value === 'object' ? escapeHtml(text) : text;
}

/** A map with its keys in order, as Go writes maps. */
export function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A field of a message at a path. */
export const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
