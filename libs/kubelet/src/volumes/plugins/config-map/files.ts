import type { VolumeFile } from '../../atomic-writer';
import { keyedFiles, type KeyedSource } from '../../keyed-files';
import type { VolumeContext } from '../../plugin';

/** The files that show a ConfigMap; `mode` is of those that have none of their own. */
export async function configMapFiles(source: KeyedSource, mode: number, context: VolumeContext): Promise<VolumeFile[]> {
  const map = await context.objects.configMap(context.pod.metadata?.namespace ?? '', source.name ?? '');
  const data = new Map<string, Buffer>();
  for (const [key, value] of Object.entries(map?.data ?? {})) data.set(key, Buffer.from(value, 'utf8'));
  for (const [key, value] of Object.entries(map?.binaryData ?? {})) data.set(key, Buffer.from(value, 'base64'));
  return keyedFiles('configmap', map && data, source, mode);
}
