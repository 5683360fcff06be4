/** One line of a container's log file, in the format of the container runtime interface. */
export interface LogLine {
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  /** The line goes on in the next record. */
  readonly partial: boolean;
  readonly text: string;
}

/** Parses `<time> <stream> <P|F> <text>`; undefined when it is not a log record. */
export function parseLogLine(line: string): LogLine | undefined {
  const first = line.indexOf(' ');
  const second = line.indexOf(' ', first + 1);
  if (first === -1 || second === -1) return undefined;
  const stream = line.slice(first + 1, second);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const third = line.indexOf(' ', second + 1);
  const tags = third === -1 ? line.slice(second + 1) : line.slice(second + 1, third);
  return {
    time: line.slice(0, first),
    stream,
    partial: tags.split(':')[0] === 'P',
    text: third === -1 ? '' : line.slice(third + 1),
  };
}
