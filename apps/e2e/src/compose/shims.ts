import { readFileSync, readdirSync } from 'node:fs';

/** Processes that hold containers of an engine with this folder. */
export function shims(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        // It has ended meanwhile.
        return '';
      }
    })
    .filter((command) => command.includes('containerd-shim') && command.includes(folder));
}
