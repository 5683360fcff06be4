import { readFileSync } from 'node:fs';

export interface Memory {
  /** What is in memory, pages shared with others included. */
  readonly resident: number;
  /** The same with each shared page divided among those who share it: these can be added up. */
  readonly proportional: number;
}

/** Memory of a process in MiB. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { resident: field('Rss'), proportional: field('Pss') };
}
