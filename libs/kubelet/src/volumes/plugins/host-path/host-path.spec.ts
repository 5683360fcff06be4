import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareHostPath } from './host-path';

describe('a hostPath', () => {
  let directory: string;
  beforeEach(async () => (directory = await mkdtemp(join(tmpdir(), 'kubelet-host-path-'))));
  afterEach(() => rm(directory, { recursive: true }));

  const none = new Map<string, string>();

  it('is made, or is what its type says', async () => {
    const made = join(directory, 'a/b');
    expect(await prepareHostPath({ path: made, type: 'DirectoryOrCreate' }, none)).toBe(made);
    expect((await stat(made)).isDirectory()).toBe(true);
    await writeFile(join(directory, 'file'), '');
    await expect(prepareHostPath({ path: join(directory, 'file'), type: 'Directory' }, none)).rejects.toThrow(
      `hostPath type check failed: ${join(directory, 'file')} is not a directory`,
    );
  });

  it('is looked for where the node has it', async () => {
    await mkdir(join(directory, 'plugins'));
    const aliases = new Map([['/var/lib/kubelet', directory]]);
    const find = (path: string, type = ''): Promise<string> => prepareHostPath({ path, type }, aliases);
    expect(await find('/var/lib/kubelet/plugins', 'Directory')).toBe(join(directory, 'plugins'));
    expect(await find('/var/lib/kubelet')).toBe(directory);
    expect(await find('/var/lib/kubelet-other')).toBe('/var/lib/kubelet-other');
    expect(await find('/var/lib')).toBe('/var/lib');
  });

  it('lies below one folder where that stands for the whole machine', async () => {
    const aliases = new Map([['/', directory]]);
    const find = (path: string): Promise<string> => prepareHostPath({ path }, aliases);
    expect(await find('/var/log')).toBe(join(directory, 'var/log'));
    expect(await find('/')).toBe(directory);
  });
});
