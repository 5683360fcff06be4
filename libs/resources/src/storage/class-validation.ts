import { type ErrorList, qualifiedName, same } from '@skiff/apimachinery';

const mostParameters = 512;

const largestParameters = 256 * 1024;

export function validateProvisioner(name: string, path: string, to: ErrorList): void {
  if (name === '') to.required(path);
  else to.all(path, name, qualifiedName(name.toLowerCase()));
}

export function validateParameters(
  parameters: Readonly<Record<string, string>> | undefined,
  isNeeded: boolean,
  to: ErrorList,
): void {
  const entries = Object.entries(parameters ?? {});
  if (entries.length > mostParameters) to.tooLong('parameters', mostParameters);
  if (isNeeded && entries.length === 0) to.required('parameters', 'must contain at least one key/value pair');
  if (entries.some(([key]) => key === '')) to.invalid('parameters', '', 'field cannot be empty.');
  const size = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (size > largestParameters) to.tooLong('parameters', largestParameters);
}

export function fixed<T>(value: T, old: T, fields: readonly (keyof T & string)[], to: ErrorList): void {
  for (const field of fields)
    if (!same(value[field], old[field])) to.forbidden(field, `updates to ${field} are forbidden.`);
}
