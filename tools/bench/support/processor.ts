import { readFileSync } from 'node:fs';

/** Of a clock tick in /proc, whatever the kernel's own is. */
const tickMicroseconds = 10_000;

/** What a process has had of the processors since its start, all its threads together. */
export function processorMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program stands in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0] = fields.slice(11, 13).map(Number);
  return (user + system) * tickMicroseconds;
}
