import { readFile, rename, writeFile } from 'node:fs/promises';
import { AuthorizationRecord, type RightsRecord } from '@skiff/api-server';
import { type Clock, type Logger, pause } from '@skiff/platform';

const writeMilliseconds = 10_000;

/** A record that is kept in a file: it goes on from what the file holds. Throws when that is no record. */
export async function readAuthorizationRecord(file: string): Promise<AuthorizationRecord> {
  try {
    return new AuthorizationRecord(JSON.parse(await readFile(file, 'utf8')) as RightsRecord);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new AuthorizationRecord();
    throw new Error(`${file} holds no record of rights`, { cause: error });
  }
}

/**
 * Writes the record into its file every ten seconds while it changes, and once more when the signal aborts. A reader
 * sees an old or a new one whole. What cannot be written is logged and tried again.
 */
export async function keepAuthorizationRecord(
  record: AuthorizationRecord,
  file: string,
  { clock, logger, signal }: { readonly clock: Clock; readonly logger: Logger; readonly signal: AbortSignal },
): Promise<void> {
  let written = '';
  const write = async (): Promise<void> => {
    const text = `${JSON.stringify(record, null, 2)}\n`;
    if (text === written) return;
    try {
      await writeFile(`${file}.new`, text, { mode: 0o600 });
      await rename(`${file}.new`, file);
      written = text;
    } catch (error) {
      logger.warn('the record of rights was not written', { file, error });
    }
  };
  while (!signal.aborted) {
    await write();
    await pause(clock, writeMilliseconds, signal);
  }
  await write();
}
