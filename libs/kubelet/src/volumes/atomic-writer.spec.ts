import { mkdtemp, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linuxMounter } from '../system/linux/mounts';
import { writeAtomically, type VolumeFile } from './atomic-writer';

const file = (path: string, text: string, mode = 0o644): VolumeFile => ({ path, data: Buffer.from(text), mode });

describe('the files of a volume', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'kubelet-volume-'))));
  afterEach(() => rm(directory, { recursive: true }));

  it('change all at once, through one link', async () => {
    expect(await writeAtomically(directory, [file('a', '1'), file('sub/b', '2', 0o600)], linuxMounter)).toBe(true);
    const first = await readlink(join(directory, '..data'));
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('1');
    expect((await stat(join(directory, 'sub/b'))).mode & 0o777).toBe(0o600);

    expect(await writeAtomically(directory, [file('a', '1'), file('sub/b', '2')], linuxMounter)).toBe(false);
    expect(await writeAtomically(directory, [file('a', 'new')], linuxMounter)).toBe(true);
    const names = (await readdir(directory)).sort();
    expect(names).not.toContain(first);
    expect(names.filter((name) => !name.startsWith('..'))).toEqual(['a']);
    expect(await readFile(join(directory, 'a'), 'utf8')).toBe('new');
  });
});
