import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { Clock } from '@skiff/platform';

export interface RotationOptions {
  readonly path: string;
  /** How many bytes a file has at most before the next is begun. */
  readonly maxSize: number;
  /** How many days a file is kept that is no longer written; 0: for ever. */
  readonly maxAge: number;
  /** How many such files are kept; 0: all. */
  readonly maxBackups: number;
}

const day = 24 * 60 * 60 * 1_000;

/**
 * A file that begins anew when it is full. Those before have the time in their names, such as
 * `audit-2026-11-28T13-18-17.123.log`, as upstream's library has it. Written by one process, one text at a time.
 */
export class RotatingFile {
  private file: FileHandle | undefined;
  private size = 0;

  constructor(
    private readonly options: RotationOptions,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const file = await this.fileFor(bytes.length);
    await file.appendFile(bytes);
    this.size += bytes.length;
  }

  async close(): Promise<void> {
    await this.file?.close();
    this.file = undefined;
  }

  private async fileFor(bytes: number): Promise<FileHandle> {
    const file = this.file ?? (await this.open());
    if (this.size === 0 || this.size + bytes <= this.options.maxSize) return file;
    await this.close();
    await rename(this.options.path, await this.backupName());
    await this.prune();
    return this.open();
  }

  private async open(): Promise<FileHandle> {
    const { path } = this.options;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a', 0o600);
    this.size = (await file.stat()).size;
    this.file = file;
    return file;
  }

  private get name(): { readonly prefix: string; readonly suffix: string } {
    const suffix = extname(this.options.path);
    return { prefix: `${basename(this.options.path, suffix)}-`, suffix };
  }

  private async backupName(): Promise<string> {
    const { prefix, suffix } = this.name;
    const folder = dirname(this.options.path);
    const taken = new Set(await readdir(folder));
    for (let time = this.clock.now(); ; time += 1) {
      const stamp = new Date(time).toISOString().slice(0, 23).replaceAll(':', '-');
      const name = `${prefix}${stamp}${suffix}`;
      if (!taken.has(name)) return join(folder, name);
    }
  }

  /** Removes files that are too old or too many. */
  private async prune(): Promise<void> {
    const { path, maxAge, maxBackups } = this.options;
    const { prefix, suffix } = this.name;
    const oldest = maxAge > 0 ? this.clock.now() - maxAge * day : -Infinity;
    const backups = (await readdir(dirname(path)))
      .map((name) => ({ name, time: timeOf(name, prefix, suffix) }))
      .filter(({ time }) => !Number.isNaN(time))
      .sort((a, b) => b.time - a.time);
    const goes = backups.filter(({ time }, index) => time < oldest || (maxBackups > 0 && index >= maxBackups));
    for (const { name } of goes) await rm(join(dirname(path), name), { force: true });
  }
}

/** When a file was ended, by its name; NaN for one that is no such file. */
function timeOf(name: string, prefix: string, suffix: string): number {
  if (!name.startsWith(prefix) || !name.endsWith(suffix)) return NaN;
  const stamp = name.slice(prefix.length, name.length - suffix.length);
  if (!/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}$/.test(stamp)) return NaN;
  return Date.parse(`${stamp.slice(0, 13)}:${stamp.slice(14, 16)}:${stamp.slice(17)}Z`);
}
