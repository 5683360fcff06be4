import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import {
  EncryptionAtRest,
  parseEncryptionConfiguration,
  storedResource,
  type EncryptionConfiguration,
} from '@skiff/api-server/encryption';
import { type Clock, type Logger, pause } from '@skiff/platform';

/** How often a file is looked at that is to be read again when it changes. */
const lookMilliseconds = 10_000;

/** What is wrong with a file of kind EncryptionConfiguration; undefined when it can be used. */
export function encryptionFileProblem(file: string): string | undefined {
  try {
    new EncryptionAtRest(parse(file, readFileSync(file, 'utf8')), storedResource);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Encryption as a file says. Throws an Error that says what is wrong with it. */
export class EncryptionFile {
  private constructor(
    private readonly file: string,
    private text: string,
    readonly encryption: EncryptionAtRest,
  ) {}

  static async read(file: string): Promise<EncryptionFile> {
    const text = await readFile(file, 'utf8');
    return new EncryptionFile(file, text, new EncryptionAtRest(parse(file, text), storedResource));
  }

  /**
   * Reads the file again whenever it changes, until the signal aborts. One that is wrong is told once, and what was read
   * before stays.
   */
  async follow({ clock, logger, signal }: { clock: Clock; logger: Logger; signal: AbortSignal }): Promise<void> {
    let told = '';
    while (!signal.aborted) {
      await pause(clock, lookMilliseconds, signal);
      if (signal.aborted) return;
      try {
        if (await this.reload()) logger.info('the encryption of stored objects has changed', { file: this.file });
        told = '';
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        if (problem !== told) logger.error('the encryption of stored objects stays as it was', { problem });
        told = problem;
      }
    }
  }

  private async reload(): Promise<boolean> {
    const text = await readFile(this.file, 'utf8');
    if (text === this.text) return false;
    this.encryption.replace(parse(this.file, text));
    this.text = text;
    return true;
  }
}

function parse(file: string, text: string): EncryptionConfiguration {
  if (text === '') throw new Error(`encryption provider configuration file "${file}" is empty`);
  try {
    return parseEncryptionConfiguration(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`error decoding encryption provider configuration file "${file}": ${why}`, { cause: error });
  }
}
