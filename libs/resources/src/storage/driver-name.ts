import { dns1123Subdomain, type ErrorList } from '@skiff/apimachinery';

const longestDriver = 63;

/** Upstream: ValidateCSIDriverName. */
export function validateDriverName(name: string, path: string, to: ErrorList): void {
  if (name === '') to.required(path);
  if (Buffer.byteLength(name) > longestDriver) to.tooLong(path, longestDriver);
  to.all(path, name, dns1123Subdomain(name.toLowerCase()));
}
