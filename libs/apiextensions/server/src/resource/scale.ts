import type { ApiObject, ErrorList } from '@skiff/apimachinery';
import { isNumber, writeJson, type apiextensionsv1 } from '@skiff/contracts';
import type { ScalePaths } from '@skiff/resources';

type Scale = apiextensionsv1.CustomResourceSubresourceScale;

const greatest = 2 ** 31 - 1;

/** A path without its leading period. */
export const bare = (path: string): string => path.replace(/^\./, '');

/** Where a custom resource has what a Scale says. */
export const scalePathsOf = ({
  specReplicasPath = '',
  statusReplicasPath = '',
  labelSelectorPath,
}: Scale): ScalePaths => ({
  specReplicas: bare(specReplicasPath),
  statusReplicas: bare(statusReplicasPath),
  ...(labelSelectorPath ? { labelSelector: bare(labelSelectorPath) } : {}),
  isUnbounded: true,
});

/** Holds what a Scale shows of an object to what a Scale may be. */
export function validateScale(object: ApiObject, scale: Scale, part: 'all' | 'status', to: ErrorList): void {
  if (part === 'all') validateReplicas(object, scale.specReplicasPath ?? '', to);
  validateReplicas(object, scale.statusReplicasPath ?? '', to);
  const { labelSelectorPath } = scale;
  if (!labelSelectorPath) return;
  const found = valueAt(object, labelSelectorPath);
  if ('value' in found && typeof found.value !== 'string')
    to.invalid(labelSelectorPath, '', `${labelSelectorPath} accessor error: ${printed(found.value)}, expected string`);
  else if ('wrong' in found) to.invalid(labelSelectorPath, '', found.wrong);
}

function validateReplicas(object: ApiObject, path: string, to: ErrorList): void {
  const found = valueAt(object, path);
  if ('wrong' in found) return to.invalid(path, 0, found.wrong);
  if (!('value' in found)) return;
  const { value } = found;
  if (!isNumber(value) || !Number.isInteger(Number(value)))
    return to.invalid(path, 0, `${path} accessor error: ${printed(value)}, expected int64`);
  if (value < 0) to.invalid(path, value, 'should be a non-negative integer');
  else if (value > greatest) to.invalid(path, value, `should be less than or equal to ${greatest}`);
}

/** A value with its type, as Go names it. */
function printed(value: unknown): string {
  const types = { string: 'string', boolean: 'bool', number: 'float64' } as const;
  const type = Array.isArray(value)
    ? '[]interface {}'
    : (types[typeof value as keyof typeof types] ?? 'map[string]interface {}');
  const text = typeof value === 'string' ? value : writeJson(value ?? null);
  return `${text} is of the type ${type}`;
}

type Found = { readonly value: unknown } | { readonly wrong: string } | Record<string, never>;

function valueAt(object: ApiObject, path: string): Found {
  let at: unknown = object;
  for (const name of bare(path).split('.')) {
    if (at === undefined || at === null) return {};
    if (typeof at !== 'object' || Array.isArray(at) || isNumber(at))
      return { wrong: `${path} accessor error: ${printed(at)}, expected map[string]interface{}` };
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at === undefined ? {} : { value: at };
}
