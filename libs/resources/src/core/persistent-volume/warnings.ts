import type { corev1 } from '@skiff/contracts';
import { oldClassText, oldOptionsText, warningsForAnnotations } from '../../storage/annotation-warnings';
import { warningsForNodeTerm } from '../node/label-warnings';

const oldTypes = [
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
] as const;

/** Upstream: pkg/api/persistentvolume. */
export function warningsForVolume({ metadata, spec = {} }: corev1.PersistentVolume): string[] {
  const terms = spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  return [
    ...warningsForAnnotations(metadata, [oldClassText, oldOptionsText]),
    ...(spec.persistentVolumeReclaimPolicy === 'Recycle'
      ? [
          'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
        ]
      : []),
    ...terms.flatMap((term, index) =>
      warningsForNodeTerm(term, false, `spec.nodeAffinity.required.nodeSelectorTerms[${index}]`),
    ),
    ...oldTypes.flatMap(([type, text]) => (spec[type] ? [`spec.${type}: ${text}`] : [])),
  ];
}
