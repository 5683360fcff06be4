import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@skiff/platform';

/** The files by which a service would be known to an API server, and the flags that name them. */
export interface ClientFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly flags: readonly string[];
  remove(): void;
}

/** Makes a CA and a client certificate in a folder of their own. */
export async function makeClientFiles(): Promise<ClientFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-client-'));
  const write = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const now = systemClock.now();
  // It takes longer to load than most tests run, and few of them need it.
  const { createAuthority } = await import('@skiff/pki');
  const authority = await createAuthority('test', now);
  const { certificate, key } = await authority.issue({ commonName: 'test', usages: ['client'] }, now);
  const caFile = write('ca.crt', authority.pair.certificate);
  const certFile = write('client.crt', certificate);
  const keyFile = write('client.key', key);
  return {
    ...{ caFile, certFile, keyFile },
    flags: ['--ca-file', caFile, '--cert-file', certFile, '--key-file', keyFile],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
