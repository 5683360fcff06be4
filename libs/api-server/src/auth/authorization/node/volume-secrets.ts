import type { corev1 } from '@skiff/contracts';

/** What fields of a volume source that name a secret have in common. */
type SecretRef = { readonly name?: string | undefined; readonly namespace?: string | undefined } | null | undefined;

/**
 * The secrets that a node needs to mount a volume, as "namespace/name". One that names no namespace is in that of
 * the claim. Those that only the controllers of a CSI driver use are left out.
 *
 * Upstream: pkg/api/v1/persistentvolume/util.go VisitPVSecretNames
 */
export function volumeSecrets({ spec }: corev1.PersistentVolume): string[] {
  const { azureFile, csi } = spec ?? {};
  const references: SecretRef[] = [
    azureFile && { name: azureFile.secretName, namespace: azureFile.secretNamespace },
    spec?.cephfs?.secretRef,
    spec?.cinder?.secretRef,
    spec?.flexVolume?.secretRef,
    spec?.iscsi?.secretRef,
    spec?.rbd?.secretRef,
    spec?.scaleIO?.secretRef,
    spec?.storageos?.secretRef,
    csi?.nodePublishSecretRef,
    csi?.nodeStageSecretRef,
    csi?.nodeExpandSecretRef,
  ];
  const claimNamespace = spec?.claimRef?.namespace ?? '';
  return references.flatMap((reference) =>
    reference?.name ? [`${reference.namespace || claimNamespace}/${reference.name}`] : [],
  );
}
