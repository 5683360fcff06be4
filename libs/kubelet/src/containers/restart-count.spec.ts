import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { corev1 } from '@skiff/contracts';
import { aPod } from '../testing/pods';
import { restartsWithoutRecord } from './restart-count';

describe('the restarts of a container that the runtime has no record of', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'kubelet-logs-'))));
  afterEach(() => rm(directory, { recursive: true }));

  const count = (status: corev1.ContainerStatus | undefined, logs = directory): Promise<number> => {
    const pod = { ...aPod(), status: { containerStatuses: status === undefined ? [] : [status] } };
    return restartsWithoutRecord(pod, { kind: 'main', container: { name: 'c' } }, logs);
  };

  it('are none for one that never ran', async () => {
    expect(await count(undefined)).toBe(0);
    expect(await count({ name: 'c', restartCount: 0 }, join(directory, 'none'))).toBe(0);
  });

  it('go on from its status, which may not count this one yet', async () => {
    expect(await count({ name: 'c', restartCount: 3, containerID: 'containerd://1' })).toBe(4);
    expect(await count({ name: 'c', restartCount: 4 })).toBe(4);
  });

  it('go beyond every log that is there, rotated ones too', async () => {
    for (const name of ['0.log', '10.log', '9.log', '11.log.20260101000000', 'x.log', '12.txt'])
      await writeFile(join(directory, name), '');
    expect(await count({ name: 'c', restartCount: 3 })).toBe(12);
    expect(await count({ name: 'c', restartCount: 20 })).toBe(20);
  });
});
