import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';

/** Where a validator leaves what is not wrong but worth knowing. */
export interface Warner {
  warn(text: string): void;
}

/** Refuses objects that break the rules of their kind, with a 422 that names every mistake. */
export interface Validator {
  validateCreate<T extends ApiObject>(kind: Kind<T>, object: T, warner: Warner): void;
  validateUpdate<T extends ApiObject>(kind: Kind<T>, object: T, old: T, subresource: string, warner: Warner): void;
}
