import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock, tryLock } from './lock';

describe('a lock', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-lock-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is held by one at a time, and handed on when it is given up', async () => {
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

  test('that cannot be had says why', async () => {
    await expect(tryLock('/proc/none')).rejects.toThrow('flock /proc/none ended with');
  });
});
