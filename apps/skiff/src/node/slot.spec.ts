import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeNamedSlot, takeSlot, type Slot } from './slot';

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

  it('is the lowest that nobody holds, until none is left', async () => {
    const other = spawn('flock', [join(root, 'node-1.lock'), 'sh', '-c', 'echo locked; exec cat']);
    await once(other.stdout, 'data');
    const second = await take(2);
    expect(second).toMatchObject({ name: 'node-2', folder: join(root, 'node-2') });
    expect(statSync(second.folder).mode & 0o777).toBe(0o700);
    await expect(take(2)).rejects.toThrow('all 2 slots');
    const ended = once(other, 'exit');
    other.stdin.end();
    await ended;
    expect(await take(2)).toMatchObject({ name: 'node-1' });
  });

  it('is that of a name, if it has one, for one process at a time', async () => {
    const slot = await takeNamedSlot(root, 'worker-1');
    slots.push(slot);
    expect(slot).toMatchObject({ name: 'worker-1', folder: join(root, 'worker-1') });
    await expect(takeNamedSlot(root, 'worker-1')).rejects.toThrow('worker-1 runs on this machine already');
  });
});
