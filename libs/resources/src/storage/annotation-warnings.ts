import type { metav1 } from '@skiff/contracts';

const oldClass = 'volume.beta.kubernetes.io/storage-class';

const oldOptions = 'volume.beta.kubernetes.io/mount-options';

export function warningsForAnnotations(
  metadata: metav1.ObjectMeta | undefined,
  texts: readonly (readonly [string, string])[],
) {
  return texts.flatMap(([key, text]) =>
    metadata?.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${text}`],
  );
}

export const oldClassText = [oldClass, 'deprecated since v1.8; use "storageClassName" attribute instead'] as const;

export const oldOptionsText = [oldOptions, 'deprecated since v1.31; use "mountOptions" attribute instead'] as const;
