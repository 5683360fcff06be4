import type { corev1 } from '@skiff/contracts';

/** The type of Secrets that keep a token of a service account. */
export const tokenSecretType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

/** The service account that a Secret is for; the uid is empty until the Secret is filled. */
export interface AccountReference {
  readonly name: string;
  readonly uid: string;
}

/** For whom a Secret keeps a token; undefined for a Secret of another type. */
export function accountOf({ type, metadata }: corev1.Secret): AccountReference | undefined {
  const { [nameAnnotation]: name = '', [uidAnnotation]: uid = '' } = metadata?.annotations ?? {};
  return type === tokenSecretType && name !== '' ? { name, uid } : undefined;
}

const encode = (text: string): string => Buffer.from(text).toString('base64');

/** What a Secret lacks. */
export interface Missing {
  readonly token: boolean;
  readonly namespace: boolean;
  readonly certificate: boolean;
}

/** What is missing in a Secret; `rootCa` is a PEM, or undefined if none is known. */
export function missingIn({ data = {} }: corev1.Secret, rootCa: string | undefined): Missing | undefined {
  const missing = {
    token: !data['token'],
    namespace: !data['namespace'],
    certificate: rootCa !== undefined && data['ca.crt'] !== encode(rootCa),
  };
  return missing.token || missing.namespace || missing.certificate ? missing : undefined;
}

/** The Secret with what it lacked. `token` is undefined when it has one. */
export function filled(
  secret: corev1.Secret,
  account: corev1.ServiceAccount,
  { token, rootCa }: { readonly token: string | undefined; readonly rootCa: string | undefined },
): corev1.Secret {
  const { name = '', uid = '' } = account.metadata ?? {};
  return {
    ...secret,
    metadata: {
      ...secret.metadata,
      annotations: { ...secret.metadata?.annotations, [nameAnnotation]: name, [uidAnnotation]: uid },
    },
    data: {
      ...secret.data,
      namespace: secret.data?.['namespace'] || encode(secret.metadata?.namespace ?? ''),
      ...(token === undefined ? {} : { token: encode(token) }),
      ...(rootCa === undefined ? {} : { 'ca.crt': encode(rootCa) }),
    },
  };
}
