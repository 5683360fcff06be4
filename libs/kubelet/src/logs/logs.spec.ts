import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseLogLine } from './parse';
import { readLog, type LogFollowing, type LogQuery } from './read';

const ended: LogFollowing = { isRunning: () => false, onChange: () => () => undefined };
const plain: LogQuery = { follow: false, timestamps: false };
const record = (second: number, text: string, tag = 'F'): string =>
  `2026-01-01T00:00:0${second}.000000000Z stdout ${tag} ${text}\n`;

describe('the log of a container', () => {
  let directory: string;
  let path: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kubelet-logs-'));
    path = join(directory, '0.log');
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function read(query: Partial<LogQuery>): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of readLog(path, { ...plain, ...query }, ended, new AbortController().signal))
      chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  it('is parsed record by record', () => {
    expect(parseLogLine('t stderr P a b')).toEqual({ time: 't', stream: 'stderr', partial: true, text: 'a b' });
    expect(parseLogLine('nonsense')).toBeUndefined();
  });

  it('joins partial lines, and shows times, tails, beginnings and limits', async () => {
    await writeFile(path, record(1, 'one') + record(2, 'tw', 'P') + record(2, 'o') + record(3, 'three'));
    expect(await read({})).toBe('one\ntwo\nthree\n');
    expect(await read({ tailLines: 2 })).toBe('two\nthree\n');
    expect(await read({ tailLines: 0 })).toBe('');
    expect(await read({ since: Date.parse('2026-01-01T00:00:03Z') })).toBe('three\n');
    expect(await read({ limitBytes: 5 })).toBe('one\nt');
    expect(await read({ timestamps: true, tailLines: 1 })).toBe('2026-01-01T00:00:03.000000000Z three\n');
  });

  it('includes what was rotated away', async () => {
    await writeFile(`${path}.20260101000000`, record(1, 'old'));
    await writeFile(path, record(2, 'new'));
    expect(await read({})).toBe('old\nnew\n');
    expect(await read({ tailLines: 2 })).toBe('old\nnew\n');
  });

  it('is followed until the container has ended', async () => {
    await writeFile(path, record(1, 'one'));
    let running = true;
    let tell: () => void = () => undefined;
    const following: LogFollowing = {
      isRunning: () => running,
      onChange: (callback) => {
        tell = callback;
        return () => undefined;
      },
    };
    const seen: string[] = [];
    for await (const chunk of readLog(path, { ...plain, follow: true }, following, new AbortController().signal)) {
      seen.push(chunk.toString('utf8'));
      if (seen.length === 1) await appendFile(path, record(2, 'two'));
      else {
        running = false;
        setImmediate(() => tell());
      }
    }
    expect(seen).toEqual(['one\n', 'two\n']);
  });
});
