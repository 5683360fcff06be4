import type { corev1 } from '@skiff/contracts';

export const accountNameAnnotation = 'kubernetes.io/service-account.name';
export const accountUidAnnotation = 'kubernetes.io/service-account.uid';

/** The service account that a Secret is for; the uid is empty until the Secret is filled. */
export interface AccountReference {
  readonly name: string;
  readonly uid: string;
}

/** For whom a Secret keeps a token; undefined for a Secret of another type. */
export function accountOf({ type, metadata }: corev1.Secret): AccountReference | undefined {
  const { [accountNameAnnotation]: name = '', [accountUidAnnotation]: uid = '' } = metadata?.annotations ?? {};
  return type === 'kubernetes.io/service-account-token' && name !== '' ? { name, uid } : undefined;
}
