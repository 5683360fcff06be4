import type { corev1, metav1, nodev1, storagev1 } from '@skiff/contracts';
import { warningsForBytes } from './amounts';
import { deprecationOf, warningsForNodeSelector, warningsForNodeTerm } from './node-labels';

const oldClass = 'volume.beta.kubernetes.io/storage-class';
const oldOptions = 'volume.beta.kubernetes.io/mount-options';

function warningsForAnnotations(
  metadata: metav1.ObjectMeta | undefined,
  texts: readonly (readonly [string, string])[],
) {
  return texts.flatMap(([key, text]) =>
    metadata?.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${text}`],
  );
}

const oldClassText = [oldClass, 'deprecated since v1.8; use "storageClassName" attribute instead'] as const;
const oldOptionsText = [oldOptions, 'deprecated since v1.31; use "mountOptions" attribute instead'] as const;

export function warningsForClaimSpec(spec: corev1.PersistentVolumeClaimSpec | undefined, path: string): string[] {
  return (['requests', 'limits'] as const).flatMap((list) =>
    warningsForBytes(spec?.resources?.[list]?.['storage'], `${path}.resources.${list}[storage]`),
  );
}

/** Upstream: pkg/api/persistentvolumeclaim. */
export function warningsForClaim({ metadata, spec }: corev1.PersistentVolumeClaim): string[] {
  return [...warningsForAnnotations(metadata, [oldClassText]), ...warningsForClaimSpec(spec, 'spec')];
}

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

/** Upstream: pkg/api/node. */
export function warningsForRuntimeClass({ scheduling }: nodev1.RuntimeClass): string[] {
  return warningsForNodeSelector(scheduling?.nodeSelector, 'scheduling.nodeSelector');
}
