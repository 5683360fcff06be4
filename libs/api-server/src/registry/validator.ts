import type { ApiObject, Resource } from '@skiff/apimachinery';

/** Where a validator leaves what is not wrong but worth knowing. */
export interface Warner {
  warn(text: string): void;
}

/** Refuses objects that break the rules of their resource, with a 422 that names every mistake. */
export interface Validator {
  validateCreate<T extends ApiObject>(resource: Resource<T>, object: T, warner: Warner): void;
  validateUpdate<T extends ApiObject>(
    resource: Resource<T>,
    object: T,
    old: T,
    subresource: string,
    warner: Warner,
  ): void;
}
