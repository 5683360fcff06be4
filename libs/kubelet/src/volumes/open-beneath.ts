import { constants, type Stats } from 'node:fs';
import { chmod, mkdir, open, readlink, realpath, type FileHandle } from 'node:fs/promises';

/** Refers to a file without opening it, so that neither a pipe blocks nor a device wakes. Node.js does not name it. */
const O_PATH = 0o10000000;
const asItStands = O_PATH | constants.O_NOFOLLOW;
const maxLinks = 40;

/** A path leads out of the directory that it has to stay in. */
export class OutsideError extends Error {
  override readonly name = 'OutsideError';
}

/** A directory of the path was not there and could not be made. */
export class CreateError extends Error {
  override readonly name = 'CreateError';
}

/**
 * Opens what lies at a relative path below a directory that somebody else may
 * change at the same time. Each step is taken from the descriptor of the step
 * before, and the kernel follows no link: a link is read, and gone along only
 * while it stays below the directory. What is missing is made as a directory with
 * the mode of the uppermost one. The descriptor, which names a place and cannot be
 * read from, is the caller's to close. Throws an OutsideError, a CreateError, or
 * what the system says.
 *
 * Upstream: pkg/volume/util/subpath/subpath_linux.go
 */
export async function openBeneath(directory: string, path: string): Promise<FileHandle> {
  const root = await realpath(directory);
  const walk = new Walk(root, await open(root, asItStands | constants.O_DIRECTORY));
  try {
    await walk.along(path);
    return walk.take();
  } finally {
    await walk.close();
  }
}

/** The path by which the kernel finds what a descriptor stands for, whatever its names have become. */
export function descriptorPath(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`;
}

class Walk {
  /** From the uppermost directory down to where the walk is. */
  private readonly handles: FileHandle[];
  private links = 0;

  constructor(
    private readonly rootPath: string,
    root: FileHandle,
  ) {
    this.handles = [root];
  }

  async along(path: string): Promise<void> {
    const rest = path.split('/');
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      if (name === '' || name === '.') continue;
      if (name === '..') await this.up();
      else rest.unshift(...(await this.down(name)));
    }
  }

  /** Hands the last descriptor over. */
  take(): FileHandle {
    const handle = this.handles.pop();
    if (handle === undefined) throw new Error('the walk is over');
    return handle;
  }

  async close(): Promise<void> {
    await Promise.all(this.handles.splice(0).map((handle) => handle.close()));
  }

  private get here(): FileHandle {
    const handle = this.handles.at(-1);
    if (handle === undefined) throw new Error('the walk is over');
    return handle;
  }

  private async up(): Promise<void> {
    if (this.handles.length === 1) throw new OutsideError(`a link leads out of ${this.rootPath}`);
    await this.take().close();
  }

  /** Goes one step down; the names to go along next, if it is a link. */
  private async down(name: string): Promise<string[]> {
    const entry = `${descriptorPath(this.here)}/${name}`;
    const found = (await openIfThere(entry)) ?? (await this.make(entry));
    const stats = await statOrClose(found);
    if (!stats.isSymbolicLink()) {
      this.handles.push(found);
      return [];
    }
    await found.close();
    return this.follow(await readlink(entry));
  }

  private async follow(target: string): Promise<string[]> {
    this.links += 1;
    if (this.links > maxLinks) throw new OutsideError(`too many links below ${this.rootPath}`);
    if (!target.startsWith('/')) return target.split('/');
    if (target !== this.rootPath && !target.startsWith(`${this.rootPath}/`))
      throw new OutsideError(`a link leads out of ${this.rootPath}`);
    while (this.handles.length > 1) await this.take().close();
    return target.slice(this.rootPath.length).split('/');
  }

  private async make(entry: string): Promise<FileHandle> {
    const mode = (await this.root.stat()).mode & 0o7777;
    try {
      await mkdir(entry, { mode });
    } catch (error) {
      // Another container of the pod came first.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return open(entry, asItStands);
      throw new CreateError(`a directory below ${this.rootPath} could not be made`, { cause: error });
    }
    const made = await open(entry, asItStands | constants.O_DIRECTORY);
    // What was asked for above was cut by the mask of this process.
    await chmod(descriptorPath(made), mode).catch(async (error: unknown) => {
      await made.close();
      throw error;
    });
    return made;
  }

  private get root(): FileHandle {
    const root = this.handles[0];
    if (root === undefined) throw new Error('the walk is over');
    return root;
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, asItStands);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function statOrClose(handle: FileHandle): Promise<Stats> {
  try {
    return await handle.stat();
  } catch (error) {
    await handle.close();
    throw error;
  }
}
