import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock, tryLock } from './lock';

describe('a lock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-lock-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is held by one at a time, and handed on when it is given up', async () => {
    const file = join(folder, 'below', 'a.lock');
    const first = await lock(file);
    // Other users cannot hold it.
    expect(statSync(join(folder, 'below')).mode & 0o777).toBe(0o700);
    expect(await tryLock(file)).toBeUndefined();
    let second = false;
    const waiting = lock(file).then((release) => {
      second = true;
      return release;
    });
    expect(second).toBe(false);
    first();
    (await waiting)();
  });

  it('is held by one at a time, however many want it and take its file away', async () => {
    const file = join(folder, 'many', 'a.lock');
    let holders = 0;
    const most: number[] = [];
    const hold = async (): Promise<void> => {
      const release = await lock(file);
      holders += 1;
      most.push(holders);
      await new Promise(setImmediate);
      holders -= 1;
      release();
    };
    await Promise.all(Array.from({ length: 12 }, hold));
    expect(most).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it('leaves nothing behind, and leaves alone what others put beside it', async () => {
    const file = join(folder, 'clean', 'a.lock');
    (await lock(file))();
    expect(existsSync(join(folder, 'clean'))).toBe(false);
    const release = await lock(file);
    writeFileSync(join(folder, 'clean', 'other'), '');
    release();
    expect(existsSync(file)).toBe(false);
    expect(existsSync(join(folder, 'clean', 'other'))).toBe(true);
  });

  it('that cannot be had says why', async () => {
    await expect(tryLock('/proc/none')).rejects.toThrow('/proc/none');
  });
});
