import { open, readFile, stat } from 'node:fs/promises';
import { RuntimeAnnotations } from '../runtime/labels';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import { parseLogLine } from '../logs/parse';

const maxFileBytes = 4096;
const maxLogBytes = 2048;
const maxLogLines = 80;

/** What a container left behind as its last words; empty if nothing. */
async function readTerminationMessage(status: RuntimeContainerStatus): Promise<string> {
  if (status.message !== '' && status.reason === 'StartError') return status.message;
  const file = status.annotations[RuntimeAnnotations.terminationMessageFile];
  const policy = status.annotations[RuntimeAnnotations.terminationMessagePolicy];
  const text = file === undefined ? '' : await readFile(file, 'utf8').catch(() => '');
  const bytes = Buffer.from(text);
  const message = bytes.length > maxFileBytes ? bytes.subarray(bytes.length - maxFileBytes).toString('utf8') : text;
  if (message !== '') return message;
  const fallback = policy === 'FallbackToLogsOnError' && status.exitCode !== 0;
  return fallback ? logTail(status.logPath) : status.message;
}

async function logTail(path: string): Promise<string> {
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return '';
  const length = Math.min(size, maxLogBytes * 4);
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    await file.read(buffer, 0, length, size - length);
    const lines = buffer
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '');
    const parsed = lines.flatMap((line) => parseLogLine(line) ?? []);
    const tail = parsed.slice(-maxLogLines).map((line) => line.text + (line.partial ? '' : '\n'));
    return Buffer.from(tail.join('')).subarray(-maxLogBytes).toString('utf8');
  } finally {
    await file.close();
  }
}

/** What the ended containers of a pod left behind, read once each. */
export class TerminationMessages {
  private readonly messages = new Map<string, string>();

  /** By container id. */
  get byId(): ReadonlyMap<string, string> {
    return this.messages;
  }

  async read(containers: readonly RuntimeContainerStatus[]): Promise<void> {
    const fresh = containers.filter(({ phase, id }) => phase === 'exited' && !this.messages.has(id));
    await Promise.all(fresh.map(async (status) => this.messages.set(status.id, await readTerminationMessage(status))));
  }
}
