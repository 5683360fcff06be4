import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UsageError, UserError } from '../errors';
import { CommandError, run } from '../network/commands';

/** An archive with images, for as long as it is needed. */
export interface ImageArchive {
  readonly file: string;
  readonly bytes: number;
  /** Removes what was made for it. */
  close(): void;
}

/**
 * What a user names to be loaded, as an archive: a file, a folder with an OCI layout, or an image of this machine's
 * Docker engine. Throws a UserError when it is none of these.
 */
export async function openImages(source: string): Promise<ImageArchive> {
  if (source === '') throw new UsageError('a file, a folder or the name of an image is needed');
  const path = resolve(source);
  if (!existsSync(path)) return looksLikeFile(source) ? missing(path) : fromEngine(source);
  if (!statSync(path).isDirectory()) return { file: path, bytes: sizeOf(path), close: () => undefined };
  if (!existsSync(join(path, 'oci-layout')))
    throw new UserError(`${path} is a folder without the file oci-layout: that of an OCI layout is needed`);
  return inScratch((file) => run('tar', ['-C', path, '-cf', file, '.']));
}

/** Tells early of files that are not there; whether an engine has an image, only it can tell. */
export function requireFiles(sources: readonly string[]): void {
  for (const source of sources) if (looksLikeFile(source) && !existsSync(resolve(source))) missing(resolve(source));
}

/** Whether it can only be meant for a file or folder. */
export const looksLikeFile = (source: string): boolean => /^[./~]|\.(tar|tgz|tar\.gz|tar\.zst|oci)$/.test(source);

function missing(path: string): never {
  throw new UserError(`there is no file ${path}`);
}

async function fromEngine(image: string): Promise<ImageArchive> {
  try {
    return await inScratch((file) => run('docker', ['save', '--output', file, image]));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const asked = `there is no file "${image}", and `;
    if (error.output.includes('ENOENT'))
      throw new UserError(`${asked}no \`docker\` on this machine to ask for an image of that name`);
    const reason = error.output.trim().replace(/^Error response from daemon: /, '');
    throw new UserError(`${asked}the Docker engine does not give an image of that name: ${reason}`);
  }
}

async function inScratch(write: (file: string) => Promise<unknown>): Promise<ImageArchive> {
  const folder = mkdtempSync(join(tmpdir(), 'skiff-images-'));
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  const file = join(folder, 'images.tar');
  try {
    await write(file);
    return { file, bytes: sizeOf(file), close };
  } catch (error) {
    close();
    throw error;
  }
}

const sizeOf = (file: string): number => statSync(file).size;
