import {
  unsupportedWarnings,
  validateCreate,
  validateUpdate,
  type ApiObject,
  type Resource,
} from '@skiff/apimachinery';

/** Where is left what is not wrong but worth knowing. */
interface Warner {
  warn(text: string): void;
}

/** Refuses a new object that breaks the rules of its resource with a 422 that names every mistake; tells what else is dubious. */
export function requireValid<T extends ApiObject>(resource: Resource<T>, object: T, warner: Warner): void {
  validateCreate(resource, object);
  tell(warner, resource.validation.warnings?.(object, undefined));
  tell(warner, unsupportedWarnings(resource, object, undefined, ''));
}

/** The same for an object that takes the place of another. */
export function requireValidUpdate<T extends ApiObject>(
  resource: Resource<T>,
  object: T,
  old: T,
  subresource: string,
  warner: Warner,
): void {
  validateUpdate(resource, object, old, subresource);
  if (subresource === '') tell(warner, resource.validation.warnings?.(object, old));
  tell(warner, unsupportedWarnings(resource, object, old, subresource));
}

function tell(warner: Warner, warnings: readonly string[] = []): void {
  for (const warning of warnings) warner.warn(warning);
}
