import { readFileSync } from 'node:fs';

export interface Memory {
  /** What is in memory, pages shared with others included. */
  readonly resident: number;
  /** The same with each shared page divided among those who share it: these can be added up. */
  readonly proportional: number;
  /** The part of what is resident that is pages of files. */
  readonly fromFiles: number;
}

/** Memory of a process in MiB. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  const resident = field('Rss');
  return { resident, proportional: field('Pss'), fromFiles: resident - field('Anonymous') };
}
