import { child, type ErrorList } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';
import { validateSelectableFields } from './selectable-fields';

type Version = apiextensionsv1.CustomResourceDefinitionVersion;
type Column = apiextensionsv1.CustomResourceColumnDefinition;

const longestWarning = 256;

/** What whoever uses a version is told that is on its way out. */
export function validateDeprecation(
  { deprecated, deprecationWarning: text }: Version,
  path: string,
  to: ErrorList,
): void {
  if (text === undefined) return;
  const at = child(path, 'deprecationWarning');
  if (!deprecated) to.invalid(at, text, 'can only be set for deprecated versions');
  if (text === '') to.invalid(at, text, 'must not be an empty string');
  if (Buffer.byteLength(text) > longestWarning) to.invalid(at, text, `must be <= ${longestWarning} characters long`);
  const odd = [...text].findIndex((sign) => /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(sign));
  if (odd >= 0)
    to.invalid(at, text, `must only contain printable UTF-8 characters; non-printable character found at index ${odd}`);
}

type Scale = apiextensionsv1.CustomResourceSubresourceScale;

export function validateSubresources({ subresources }: Version, path: string, to: ErrorList): void {
  const { scale } = subresources ?? {};
  if (!scale) return;
  const at = child(child(path, 'subresources'), 'scale');
  validateReplicasPath(scale, 'specReplicasPath', '.spec', at, to);
  validateReplicasPath(scale, 'statusReplicasPath', '.status', at, to);
  const { labelSelectorPath: selector = '' } = scale;
  if (selector === '') return;
  const where = child(at, 'labelSelectorPath');
  if (validateSimplePath(selector, where, to) && !selector.startsWith('.spec.') && !selector.startsWith('.status.'))
    to.invalid(where, selector, 'should be a json path under either .spec or .status');
}

function validateReplicasPath(
  scale: Scale,
  name: 'specReplicasPath' | 'statusReplicasPath',
  root: string,
  path: string,
  to: ErrorList,
): void {
  const value = scale[name] ?? '';
  const at = child(path, name);
  if (value === '') to.required(at);
  else if (validateSimplePath(value, at, to) && !value.startsWith(`${root}.`))
    to.invalid(at, value, `should be a json path under ${root}`);
}

/** Whether a path is one that begins with a period. */
function validateSimplePath(value: string, path: string, to: ErrorList): boolean {
  if (value.startsWith('.')) return true;
  to.invalid(path, value, 'must be a simple json path starting with .');
  return false;
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

export function validateColumns(
  { additionalPrinterColumns: columns = [] }: Version,
  path: string,
  to: ErrorList,
): void {
  for (const [index, column] of columns.entries())
    validateColumn(column, `${child(path, 'additionalPrinterColumns')}[${index}]`, to);
}

function validateColumn(
  { name = '', type = '', format = '', jsonPath = '' }: Column,
  path: string,
  to: ErrorList,
): void {
  if (name === '') to.required(child(path, 'name'));
  const types = `must be one of ${columnTypes.join(',')}`;
  if (type === '') to.required(child(path, 'type'), types);
  else if (!columnTypes.includes(type)) to.invalid(child(path, 'type'), type, types);
  if (format !== '' && !columnFormats.includes(format))
    to.invalid(child(path, 'format'), format, `must be one of ${columnFormats.join(',')}`);
  if (jsonPath === '') to.required(child(path, 'JSONPath'));
  else validateSimplePath(jsonPath, child(path, 'JSONPath'), to);
}

export function validateFields({ selectableFields = [], schema }: Version, path: string, to: ErrorList): void {
  validateSelectableFields(selectableFields, schema?.openAPIV3Schema, child(path, 'selectableFields'), to);
}
