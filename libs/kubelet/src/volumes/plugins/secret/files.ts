import type { VolumeFile } from '../../atomic-writer';
import { keyedFiles, type KeyedSource } from '../../keyed-files';
import type { VolumeContext } from '../../plugin';

/** The files that show a Secret; `mode` is of those that have none of their own. */
export async function secretFiles(source: KeyedSource, mode: number, context: VolumeContext): Promise<VolumeFile[]> {
  const secret = await context.objects.secret(context.pod.metadata?.namespace ?? '', source.name ?? '');
  const entries = Object.entries(secret?.data ?? {});
  const data = new Map(entries.map(([key, value]) => [key, Buffer.from(value, 'base64')]));
  return keyedFiles('secret', secret && data, source, mode);
}
