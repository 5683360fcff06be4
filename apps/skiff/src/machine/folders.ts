import { rmdirSync } from 'node:fs';

/** Something is in it, it is gone, or it is where a file system is mounted. */
const harmless: readonly (string | undefined)[] = ['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EBUSY'];

/** Removes a folder that was made for what is no longer in it; one with anything in it stays. */
export function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!harmless.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}
