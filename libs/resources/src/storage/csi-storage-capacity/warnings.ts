import type { storagev1 } from '@skiff/contracts';
import { deprecationOf } from '../../core/node/label-warnings';

/** Upstream: pkg/api/storage. */
export function warningsForStorageCapacity({ nodeTopology }: storagev1.CSIStorageCapacity): string[] {
  const expressions = (nodeTopology?.matchExpressions ?? []).flatMap(({ key }, index) => {
    const message = deprecationOf(key);
    return message ? [`nodeTopology.matchExpressions[${index}].key: ${key} is ${message}`] : [];
  });
  const labels = Object.keys(nodeTopology?.matchLabels ?? {}).flatMap((key) => {
    const message = deprecationOf(key);
    return message ? [`nodeTopology.matchLabels.${key}: ${message}`] : [];
  });
  return [...expressions, ...labels];
}
