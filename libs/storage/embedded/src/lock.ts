import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join, relative } from 'node:path';

/** Another process, or another store of this one, has the folder open. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';
  constructor(readonly directory: string) {
    super(
      `the embedded store in ${directory} is in use by another process: it admits one API server at a time (use etcd for more)`,
    );
  }
}

/** Held while the process lives; the kernel gives it up when the process dies, however that happens. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Longest socket path that every system takes. */
const socketPathLength = 100;

/**
 * Locks a folder for this process by listening on a socket in it: a listener that
 * answers is a live owner; one that refuses was left by a process that died.
 */
export async function lockFolder(directory: string): Promise<FolderLock> {
  const path = socketPath(directory);
  let server = await listen(path);
  if (server === undefined) {
    if (await answers(path)) throw new StoreInUseError(directory);
    unlinkSync(path);
    server = await listen(path);
    if (server === undefined) throw new StoreInUseError(directory);
  }
  const held = server;
  return {
    async release() {
      held.close();
      await once(held, 'close');
    },
  };
}

function socketPath(directory: string): string {
  const absolute = join(directory, 'lock.sock');
  if (absolute.length <= socketPathLength) return absolute;
  const near = relative(process.cwd(), absolute);
  if (near.length > socketPathLength) throw new Error(`the path of the store is too long: ${directory}`);
  return near;
}

async function listen(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy());
  server.unref();
  try {
    server.listen(path);
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (isCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}

async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (isCode(error, 'ECONNREFUSED')) return false;
    throw error;
  } finally {
    socket.destroy();
  }
}

function isCode(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
