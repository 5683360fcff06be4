import type { corev1 } from '@skiff/contracts';
import { warningsForAddress } from '../../networking/address-warnings';

export function warningsForEndpoints({ subsets }: corev1.Endpoints): string[] {
  return (subsets ?? []).flatMap((subset, index) =>
    (['addresses', 'notReadyAddresses'] as const).flatMap((list) =>
      (subset[list] ?? []).flatMap(({ ip = '' }, position) =>
        warningsForAddress(`subsets[${index}].${list}[${position}].ip`, ip),
      ),
    ),
  );
}
