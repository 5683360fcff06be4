import { mkdir, mkdtemp, readdir, readlink, rm, stat, symlink, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateError, descriptorPath, openBeneath, OutsideError } from './open-beneath';

describe('a path within a volume', () => {
  let base: string;
  let volume: string;
  let outside: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'kubelet-beneath-'));
    volume = join(base, 'volume');
    outside = join(base, 'outside');
    await Promise.all([mkdir(volume), mkdir(outside)]);
  });

  afterEach(() => rm(base, { recursive: true }));

  /** Where the descriptor for a path leads to, below the test's folder. */
  async function lead(path: string): Promise<string> {
    const handle = await openBeneath(volume, path);
    try {
      return (await readlink(descriptorPath(handle))).slice(base.length + 1);
    } finally {
      await handle.close();
    }
  }

  it('leads to directories and files that are there', async () => {
    await mkdir(join(volume, 'a/b'), { recursive: true });
    await writeFile(join(volume, 'a/file'), '');
    expect(await lead('a/b')).toBe('volume/a/b');
    expect(await lead('./a//file')).toBe('volume/a/file');
    await expect(lead('a/file/below')).rejects.toThrow(/ENOTDIR/);
  });

  it('is made with the mode of the volume where nothing is there', async () => {
    await chmod(volume, 0o2777);
    expect(await lead('new/deep')).toBe('volume/new/deep');
    for (const made of ['new', 'new/deep']) expect((await stat(join(volume, made))).mode & 0o7777).toBe(0o2777);
  });

  it('may go along links that stay in the volume, as those of a ConfigMap do', async () => {
    await mkdir(join(volume, '..v1/sub'), { recursive: true });
    await writeFile(join(volume, '..v1/key'), '');
    await symlink('..v1', join(volume, '..data'));
    await symlink('..data/key', join(volume, 'key'));
    await symlink('../key', join(volume, '..v1/sub/up'));
    await symlink(join(volume, '..v1'), join(volume, 'absolute'));
    for (const path of ['key', 'absolute/key', '..data/sub/up']) expect(await lead(path)).toBe('volume/..v1/key');
  });

  it.each([
    ['relative', '../outside'],
    ['absolute', '/etc'],
    ['to a neighbour whose name begins alike', '../volume-2'],
    ['of its own', 'link'],
  ])('never goes along a link that leads out: %s', async (_, target) => {
    await mkdir(join(base, 'volume-2'));
    await symlink(target, join(volume, 'link'));
    for (const path of ['link', 'link/new', 'link/../../outside'])
      await expect(lead(path)).rejects.toThrow(OutsideError);
    expect(await readdir(outside)).toEqual([]);
  });

  it('is not made through a link that leads to nothing outside', async () => {
    await symlink('../outside/new', join(volume, 'link'));
    await expect(lead('link/deep')).rejects.toThrow(OutsideError);
    expect(await readdir(outside)).toEqual([]);
  });

  it('says so when what is missing cannot be made', async () => {
    await expect(openBeneath('/proc', 'none/deep')).rejects.toThrow(CreateError);
  });

  it('stays in the volume while somebody swaps a directory of it for a link, again and again', async () => {
    let over = false;
    const swap = async (): Promise<void> => {
      const directory = join(volume, 'd');
      // What is looked for may be made meanwhile, where there is nothing.
      const unlessThere = (error: unknown): void => expect(error).toMatchObject({ code: 'EEXIST' });
      while (!over) {
        await symlink('../outside', directory).catch(unlessThere);
        await rm(directory, { recursive: true, maxRetries: 100, retryDelay: 1 });
        await mkdir(directory).catch(unlessThere);
        await rm(directory, { recursive: true, maxRetries: 100, retryDelay: 1 });
      }
    };
    const swapping = swap();
    const led = new Set<string>();
    for (let round = 0; round < 100; round += 1) {
      led.add(await lead(`d/new-${round}/deep`).catch((error: unknown) => (error as Error).constructor.name));
    }
    over = true;
    await swapping;
    const astray = [...led].filter((path) => !path.startsWith('volume/') && !/Error$/.test(path));
    expect(astray).toEqual([]);
    expect(await readdir(outside)).toEqual([]);
  });
});
