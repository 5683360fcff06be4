import type { ErrorList } from '@skiff/apimachinery';

/** What is wrong with a value. */
export interface Failure {
  /** Where, from the value that is looked at; the steps before it are put in front on the way back. */
  path: string;
  /** Tells it from others of the same place. */
  readonly what: string;
  /**
   * Tells it, once the whole path is known.
   * @param field the same from the object that the value belongs to.
   */
  readonly tell: (path: string, field: string, to: ErrorList) => void;
}

/** A message about a schema as a whole has no field of its own, and upstream prints the one that it lacks. */
const noField = '<nil>';

/** Puts a step in front of the failures that were found below it. */
export function prefix(found: readonly Failure[], from: number, step: string): void {
  for (let index = from; index < found.length; index += 1) {
    const failure = found[index];
    if (failure) failure.path = joined(step, failure.path);
  }
}

const joined = (step: string, path: string): string =>
  path === '' || path.startsWith('[') ? step + path : `${step}.${path}`;

/** What the value should be, as upstream's validator words it. */
export const shouldBe = (value: unknown, text: string): Failure => ({
  path: '',
  what: text,
  tell: (path, field, to) => to.invalid(field, value, `${path} in body ${text}`),
});

/** Which type the value should have. `shown` is the value, or what it is. */
export const shouldHaveType = (shown: string, type: string): Failure => ({
  path: '',
  what: `type ${type}`,
  tell: (path, field, to) =>
    to.typeInvalid(field, shown, `${path} in body must be of type ${type}: ${JSON.stringify(shown)}`),
});

/** What is wrong by several schemas together. */
export const mustValidate = (text: string): Failure => ({
  path: '',
  what: text,
  tell: (path, _, to) => to.invalid(noField, '', `${JSON.stringify(path)} ${text}`),
});

export const isRequired = (name: string): Failure => ({
  path: name,
  what: 'required',
  tell: (_, field, to) => to.required(field),
});

export const isTooLong = (limit: number): Failure => ({
  path: '',
  what: 'too long',
  tell: (_, field, to) => to.tooLong(field, limit),
});

export const areTooMany = (count: number, limit: number): Failure => ({
  path: '',
  what: 'too many',
  tell: (_, field, to) => to.tooMany(field, count, limit),
});

export const isNotSupported = (value: unknown, supported: readonly string[]): Failure => ({
  path: '',
  what: 'not supported',
  tell: (_, field, to) => to.notSupported(field, value, supported),
});

/** A member that may not be there. */
export const isForbidden = (name: string): Failure => ({
  path: '',
  what: `forbidden ${name}`,
  tell: (path, field, to) =>
    to.invalid(field, '', `${path === '' ? '' : `${path}.`}${name} in body is a forbidden property`),
});
