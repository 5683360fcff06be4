import { dns1123Subdomain, httpPath } from './names';
import type { ErrorList } from '../field-errors/error-list';

/** A name such as `acme.io/controller`. Upstream: IsDomainPrefixedPath. */
export function validateDomainPath(name: string, path: string, to: ErrorList): void {
  const [, host = '', rest = ''] = /^([^/]*)\/(.*)$/s.exec(name) ?? [];
  if (name === '') to.required(path);
  else if (host === '' || rest === '') to.invalid(path, name, 'must be a domain-prefixed path (such as "acme.io/foo")');
  else {
    to.all(path, host, dns1123Subdomain(host));
    to.all(path, rest, httpPath(rest));
  }
}
