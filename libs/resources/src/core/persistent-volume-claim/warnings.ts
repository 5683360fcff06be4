import type { corev1 } from '@skiff/contracts';
import { oldClassText, warningsForAnnotations } from '../../storage/annotation-warnings';
import { warningsForBytes } from '../pod/warnings/fractional-bytes';

export function warningsForClaimSpec(spec: corev1.PersistentVolumeClaimSpec | undefined, path: string): string[] {
  return (['requests', 'limits'] as const).flatMap((list) =>
    warningsForBytes(spec?.resources?.[list]?.['storage'], () => `${path}.resources.${list}[storage]`),
  );
}

/** Upstream: pkg/api/persistentvolumeclaim. */
export function warningsForClaim({ metadata, spec }: corev1.PersistentVolumeClaim): string[] {
  return [...warningsForAnnotations(metadata, [oldClassText]), ...warningsForClaimSpec(spec, 'spec')];
}
