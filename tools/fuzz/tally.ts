import type { Input } from './input';

/** Counts the answers to each sort of input by their status, to show how far the inputs get. */
export class Tally {
  private readonly counts = new Map<string, Map<number, number>>();

  count(input: Input, status: number): void {
    const sort = sortOf(input);
    const statuses = this.counts.get(sort) ?? new Map<number, number>();
    this.counts.set(sort, statuses);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }

  /** A line for each sort. */
  toString(): string {
    return [...this.counts]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([sort, statuses]) => {
        const sorted = [...statuses].sort(([one], [other]) => one - other);
        return `${sort}: ${sorted.map(([status, count]) => `${status} ×${count}`).join(', ')}`;
      })
      .join('\n');
  }
}

function sortOf({ over, method, path, headers, body }: Input): string {
  if (over === 'grpc') return `grpc ${path.slice(path.lastIndexOf('/') + 1)}`;
  const upgrade = /\r\nupgrade: ([a-z]+)/i.exec(body)?.[1];
  if (over.startsWith('raw')) return upgrade ? `${over} upgrade to ${upgrade.toLowerCase()}` : over;
  const type = headers['content-type']?.replace(/^application\//, '');
  return type ? `${method} ${type}` : method;
}
