import type { corev1 } from '@skiff/contracts';
import type { VolumeFile } from './atomic-writer';
import { VolumeError } from './plugin';

/** How a volume refers to an object whose keys become files. */
export interface KeyedSource {
  readonly name?: string | undefined;
  /** All keys, by their own names, if there are none. */
  readonly items?: corev1.KeyToPath[] | undefined;
  readonly optional?: boolean | undefined;
}

/**
 * The files for the keys of an object.
 *
 * @param data undefined when there is no such object.
 * @param mode of files that have none of their own.
 */
export function keyedFiles(
  kind: 'configmap' | 'secret',
  data: ReadonlyMap<string, Buffer> | undefined,
  source: KeyedSource,
  mode: number,
): VolumeFile[] {
  if (data === undefined && source.optional !== true)
    throw new VolumeError(`${kind} ${JSON.stringify(source.name ?? '')} not found`);
  const items = source.items ?? [];
  if (items.length === 0) return [...(data ?? [])].map(([path, bytes]) => ({ path, data: bytes, mode }));
  const files: VolumeFile[] = [];
  for (const { key = '', path = '', mode: own } of items) {
    const bytes = data?.get(key);
    if (bytes !== undefined) files.push({ path, data: bytes, mode: own ?? mode });
    else if (source.optional !== true)
      throw new VolumeError(`${kind} references non-existent ${kind === 'secret' ? 'secret' : 'config'} key: ${key}`);
  }
  return files;
}
