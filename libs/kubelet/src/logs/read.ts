import { watch } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { rotatedLogs } from './rotate';
import { parseLogLine, type LogLine } from './parse';

export interface LogQuery {
  readonly follow: boolean;
  /** Only the last lines; undefined for all. */
  readonly tailLines?: number | undefined;
  /** Milliseconds since the epoch; older lines are left out. */
  readonly since?: number | undefined;
  readonly timestamps: boolean;
  readonly limitBytes?: number | undefined;
  /** All when undefined. */
  readonly stream?: 'stdout' | 'stderr' | undefined;
}

export interface LogFollowing {
  /** Whether the container that writes may still write. */
  isRunning(): boolean;
  /** Calls back when that may have changed; returns how to stop that. */
  onChange(callback: () => void): () => void;
}

const chunkBytes = 64 * 1024;

/** Reads a container's log as users see it, in chunks; with `follow` until the container has ended. */
export async function* readLog(
  path: string,
  query: LogQuery,
  following: LogFollowing,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let left = query.limitBytes ?? Infinity;
  const printer = new Printer(query);
  const position = { offset: 0 };
  const take = (text: string): Buffer | undefined => {
    if (text === '' || left <= 0) return undefined;
    const bytes = Buffer.from(text).subarray(0, left);
    left -= bytes.length;
    return bytes;
  };

  if (query.tailLines === undefined) {
    for (const old of query.follow ? [] : await rotatedLogs(path)) {
      for await (const text of printedChunks(old, { offset: 0 }, printer)) {
        const bytes = take(text);
        if (bytes !== undefined) yield bytes;
      }
    }
  } else {
    const lines = await tail(path, query.tailLines, position);
    const bytes = take(lines.map((line) => printer.print(line)).join(''));
    if (bytes !== undefined) yield bytes;
  }
  for (;;) {
    if (left <= 0 || signal.aborted) return;
    // Asked before reading: what was written until then is read below.
    const running = query.follow && following.isRunning();
    const change = running ? nextChange(path, following, signal) : undefined;
    try {
      for await (const text of printedChunks(path, position, printer)) {
        const bytes = take(text);
        if (bytes !== undefined) yield bytes;
        if (left <= 0 || signal.aborted) return;
      }
      if (change === undefined) return;
      await change.happened;
    } finally {
      change?.stop();
    }
  }
}

/** Formats records; times and text begin anew only where a line does. */
class Printer {
  private continued = false;

  constructor(private readonly query: LogQuery) {}

  print(line: LogLine): string {
    const { since, stream, timestamps } = this.query;
    if (stream !== undefined && line.stream !== stream) return '';
    if (since !== undefined && Date.parse(line.time) < since) return '';
    const prefix = timestamps && !this.continued ? `${line.time} ` : '';
    this.continued = line.partial;
    return `${prefix}${line.text}${line.partial ? '' : '\n'}`;
  }
}

async function* printedChunks(path: string, position: { offset: number }, printer: Printer): AsyncGenerator<string> {
  const file = await openIfThere(path);
  if (file === undefined) return;
  try {
    // After a rotation the file begins anew.
    if ((await file.stat()).size < position.offset) position.offset = 0;
    const buffer = Buffer.alloc(chunkBytes);
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, position.offset + rest.length);
      if (bytesRead === 0) return;
      const data = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const end = data.lastIndexOf(10) + 1;
      rest = Buffer.from(data.subarray(end));
      position.offset += end;
      const lines = data.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
      yield lines.map((line) => printLine(line, printer)).join('');
    }
  } finally {
    await file.close();
  }
}

function printLine(line: string, printer: Printer): string {
  const parsed = parseLogLine(line);
  return parsed === undefined ? '' : printer.print(parsed);
}

/** The last lines of a log; leaves the position at its end. Goes back into rotated files if it must. */
async function tail(path: string, count: number, position: { offset: number }): Promise<LogLine[]> {
  const files = [...(await rotatedLogs(path)), path];
  const kept: LogLine[] = [];
  let complete = 0;
  for (const name of files.reverse()) {
    const lines = await allLines(name, name === path ? position : { offset: 0 });
    for (let index = lines.length - 1; index >= 0 && complete <= count; index -= 1) {
      const line = lines[index];
      if (line === undefined) continue;
      if (!line.partial) complete += 1;
      if (complete > count) break;
      kept.unshift(line);
    }
    if (complete >= count) break;
  }
  return count === 0 ? [] : kept;
}

async function allLines(path: string, position: { offset: number }): Promise<LogLine[]> {
  const file = await openIfThere(path);
  if (file === undefined) return [];
  try {
    const data = await file.readFile();
    const end = data.lastIndexOf(10) + 1;
    position.offset = end;
    const lines = data.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
    return lines.flatMap((line) => parseLogLine(line) ?? []);
  } finally {
    await file.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

interface Change {
  readonly happened: Promise<void>;
  stop(): void;
}

/** Notices from now on when the log or its container changes, or the reader leaves. */
function nextChange(path: string, following: LogFollowing, signal: AbortSignal): Change {
  let finish: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => (finish = resolve));
  // The folder, since the file itself changes with a rotation.
  const watcher = watch(dirname(path), { persistent: false }, finish);
  watcher.on('error', finish);
  const unsubscribe = following.onChange(finish);
  signal.addEventListener('abort', finish, { once: true });
  return {
    happened,
    stop() {
      watcher.close();
      unsubscribe();
      signal.removeEventListener('abort', finish);
    },
  };
}
