import { child, dns1035Label, type ErrorList } from '@skiff/apimachinery';
import type { apiextensionsv1 } from '@skiff/contracts';

type Names = apiextensionsv1.CustomResourceDefinitionNames;

/** Names without which nothing can be served. */
export function requireNames(names: Names | undefined, path: string, to: ErrorList): void {
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names?.[name]) to.required(child(path, name));
}

export function validateNames(names: Names | undefined, path: string, to: ErrorList): void {
  const { plural = '', singular = '', kind = '', listKind = '', shortNames = [], categories = [] } = names ?? {};
  validateLabel(plural, child(path, 'plural'), to);
  validateLabel(singular, child(path, 'singular'), to);
  validateKind(kind, child(path, 'kind'), to);
  validateKind(listKind, child(path, 'listKind'), to);
  for (const [index, name] of shortNames.entries()) validateLabel(name, `${child(path, 'shortNames')}[${index}]`, to);
  if (kind && kind === listKind) to.invalid(child(path, 'listKind'), listKind, 'kind and listKind may not be the same');
  for (const [index, name] of categories.entries()) validateLabel(name, `${child(path, 'categories')}[${index}]`, to);
}

function validateLabel(name: string, path: string, to: ErrorList): void {
  const problems = name === '' ? [] : dns1035Label(name);
  if (problems.length > 0) to.invalid(path, name, problems.join(','));
}

function validateKind(kind: string, path: string, to: ErrorList): void {
  const problems = kind === '' ? [] : dns1035Label(kind.toLowerCase());
  if (problems.length > 0)
    to.invalid(path, kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`);
}
