import { StatusError } from '@skiff/apimachinery';
import type { Logger } from '@skiff/platform';
import type { Entry } from '@skiff/storage';

/**
 * Stored values that cannot be read: tampered with, or encrypted with a key that is not configured. Each is tried again
 * when somebody asks for it, as the keys may be there by now.
 */
export class UnreadableEntries {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly logger: Logger) {}

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  add(entry: Entry, error: unknown): void {
    this.entries.set(entry.key, entry);
    this.logger.error('a stored value cannot be read', { key: entry.key, error });
  }

  /** Of a key that has been written anew or deleted. */
  forget(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }

  /** Has `read` try the value of one key, and forgets it when that succeeds. Throws what is wrong with it otherwise. */
  retry(key: string, read: (entry: Entry) => void): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    try {
      read(entry);
    } catch (error) {
      throw StatusError.from(error);
    }
    this.entries.delete(key);
  }

  /** The same for all keys that begin with a prefix; throws of the first that cannot be read. */
  retryAll(prefix: string, read: (entry: Entry) => void): void {
    for (const [key, entry] of this.entries) {
      if (!key.startsWith(prefix)) continue;
      readListed(entry, read);
      this.entries.delete(key);
    }
  }
}

/** Reads an entry of many; what it throws says which one cannot be read. */
export function readListed<T>(entry: Entry, read: (entry: Entry) => T): T {
  try {
    return read(entry);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw StatusError.from(new Error(`unable to transform key "${entry.key}": ${why}`, { cause: error }));
  }
}
