import { dns1123Subdomain } from './names';
import type { Problems } from './problems';

const longestDriver = 63;

/** Upstream: ValidateCSIDriverName. */
export function validateDriverName(name: string, path: string, to: Problems): void {
  if (name === '') to.required(path);
  if (Buffer.byteLength(name) > longestDriver) to.tooLong(path, longestDriver);
  to.all(path, name, dns1123Subdomain(name.toLowerCase()));
}
