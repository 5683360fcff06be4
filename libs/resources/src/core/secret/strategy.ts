import type { Strategy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export const secretStrategy: Strategy<corev1.Secret> = {
  /** `stringData` is only another way to write `data`, and wins over it. */
  canonicalize(secret) {
    const { stringData } = secret;
    if (!stringData) return;
    const entries = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
    secret.data = { ...secret.data, ...(Object.fromEntries(entries) as Record<string, string>) };
    delete secret.stringData;
  },
};
