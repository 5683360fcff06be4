import type { corev1 } from '@skiff/contracts';
import { fieldValue, resourceValue } from '../../../pod-model/fields';
import { findContainer } from '../../../pod-model/pod';
import type { VolumeFile } from '../../atomic-writer';
import { VolumeError, type VolumeContext } from '../../plugin';

/** The files that show fields of the pod; `mode` is of those that have none of their own. */
export function downwardApiFiles(
  items: readonly corev1.DownwardAPIVolumeFile[],
  mode: number,
  context: VolumeContext,
): VolumeFile[] {
  return items.map((item) => ({
    path: item.path ?? '',
    data: Buffer.from(textOf(item, context), 'utf8'),
    mode: item.mode ?? mode,
  }));
}

function textOf({ fieldRef, resourceFieldRef }: corev1.DownwardAPIVolumeFile, context: VolumeContext): string {
  if (fieldRef !== undefined) return fieldValue(fieldRef.fieldPath ?? '', context);
  if (resourceFieldRef === undefined) return '';
  const name = resourceFieldRef.containerName ?? '';
  const found = findContainer(context.pod, name);
  if (found === undefined) throw new VolumeError(`container ${name} not found`);
  return resourceValue(resourceFieldRef, found.container, context);
}
