import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeSlot, type Slot } from './slot';

describe('the slot of a node', () => {
  const root = mkdtempSync(join(tmpdir(), 'skiff-slots-'));
  const slots: Slot[] = [];
  const take = async (count: number): Promise<Slot> => {
    const slot = await takeSlot(root, count);
    slots.push(slot);
    return slot;
  };
  afterAll(() => {
    for (const slot of slots) slot.release();
    rmSync(root, { recursive: true });
  });

  test('is the lowest that nobody holds, until none is left', async () => {
    const other = spawn('flock', [join(root, 'node-1.lock'), 'sh', '-c', 'echo locked; exec cat']);
    await once(other.stdout, 'data');
    const second = await take(2);
    expect(second).toMatchObject({ number: 2, folder: join(root, 'node-2') });
    expect(existsSync(second.folder)).toBe(true);
    await expect(take(2)).rejects.toThrow('all 2 slots');
    const ended = once(other, 'exit');
    other.stdin.end();
    await ended;
    expect(await take(2)).toMatchObject({ number: 1 });
  });
});
