import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** Writes a generated file; with --check on the command line, fails when it is not what would be written: `command` does. */
export function writeOrCheck(path, text, command = 'npm run reference') {
  const file = join(root, path);
  if (!process.argv.includes('--check')) return writeFileSync(file, text);
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  console.error(`${path} is not up to date: ${command}`);
  process.exitCode = 1;
}
