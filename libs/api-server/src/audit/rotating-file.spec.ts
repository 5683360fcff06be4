import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@skiff/testing';
import { RotatingFile } from './rotating-file';

describe('A file that begins anew', () => {
  const day = 24 * 60 * 60 * 1_000;
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skiff-rotating-'));
    path = join(folder, 'logs', 'audit.log');
  });
  afterEach(() => rm(folder, { recursive: true }));
  const names = async (): Promise<string[]> => (await readdir(join(folder, 'logs'))).sort();

  it('keeps what was there, and is named by its time when it is full', async () => {
    const clock = new FakeClock('2026-01-02T03:04:05.678Z');
    const open = () => new RotatingFile({ path, maxSize: 10, maxAge: 0, maxBackups: 0 }, clock);
    const first = open();
    await first.write('1234\n');
    await first.close();
    const second = open();
    await second.write('5678\n');
    await second.write('9\n');
    await second.write('more than ten bytes\n');
    await second.close();
    expect(await names()).toEqual([
      'audit-2026-01-02T03-04-05.678.log',
      'audit-2026-01-02T03-04-05.679.log',
      'audit.log',
    ]);
    const texts = await Promise.all((await names()).map((name) => readFile(join(folder, 'logs', name), 'utf8')));
    expect(texts).toEqual(['1234\n5678\n', '9\n', 'more than ten bytes\n']);
  });

  it('goes when it is too old or one too many, and nothing else does', async () => {
    const clock = new FakeClock('2026-01-01T00:00:00.000Z');
    const file = new RotatingFile({ path, maxSize: 1, maxAge: 3, maxBackups: 2 }, clock);
    await file.write('0');
    await writeFile(join(folder, 'logs', 'audit-notes.log'), 'mine');
    for (let index = 1; index <= 4; index += 1) {
      await clock.advance(day);
      await file.write(String(index));
    }
    expect(await names()).toEqual([
      'audit-2026-01-04T00-00-00.000.log',
      'audit-2026-01-05T00-00-00.000.log',
      'audit-notes.log',
      'audit.log',
    ]);
    await clock.advance(10 * day);
    await file.write('5');
    expect(await names()).toEqual(['audit-2026-01-15T00-00-00.000.log', 'audit-notes.log', 'audit.log']);
    await file.close();
  });
});
