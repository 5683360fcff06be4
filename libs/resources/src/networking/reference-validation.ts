import { child, dns1123Subdomain, type ErrorList, pathSegment } from '@skiff/apimachinery';

interface Reference {
  readonly apiGroup?: string | undefined;
  readonly kind?: string | undefined;
  readonly name?: string | undefined;
}

export function validateReference({ apiGroup, kind = '', name = '' }: Reference, path: string, to: ErrorList): void {
  if (apiGroup !== undefined) to.all(child(path, 'apiGroup'), apiGroup, dns1123Subdomain(apiGroup));
  if (kind === '') to.required(child(path, 'kind'), 'kind is required');
  else to.all(child(path, 'kind'), kind, pathSegment(kind));
  if (name === '') to.required(child(path, 'name'), 'name is required');
  else to.all(child(path, 'name'), name, pathSegment(name));
}
