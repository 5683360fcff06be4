import type { storagev1 } from '@skiff/contracts';
import { deprecationOf } from '../../core/node/label-warnings';

/** Upstream: pkg/api/storage. */
export function warningsForStorageClass({ allowedTopologies }: storagev1.StorageClass): string[] {
  return (allowedTopologies ?? []).flatMap(({ matchLabelExpressions }, index) =>
    (matchLabelExpressions ?? []).flatMap(({ key }, position) => {
      const message = deprecationOf(key);
      const at = `allowedTopologies[${index}].matchLabelExpressions[${position}]`;
      return message ? [`${at}.key: ${key} is ${message}`] : [];
    }),
  );
}
