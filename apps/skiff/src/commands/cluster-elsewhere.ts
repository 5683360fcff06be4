import { UsageError } from '../errors';
import { nameFlag } from './context';

/** The files by which a service is reached that `skiff up` did not start here. */
export interface ElsewhereFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** Without the address of a service, its files would be accepted and not looked at. Throws a UsageError then. */
export function requireElsewhere(flag: string, address: string | undefined, files: ElsewhereFiles): void {
  if (address !== undefined) return;
  const given = { '--ca-file': files.caFile, '--cert-file': files.certFile, '--key-file': files.keyFile };
  for (const [name, file] of Object.entries(given))
    if (file !== undefined) throw new UsageError(`${name} goes with ${flag}: the cluster here has files of its own`);
}

/** How to find out why a service does not answer: the end of a sentence. */
export function whereToLook(service: string, cluster: string, address: string | undefined): string {
  if (address !== undefined) return ` at ${address}`;
  const name = nameFlag(cluster);
  return `: see \`skiff status${name}\` and \`skiff logs ${service}${name}\``;
}
