import type { corev1 } from '@skiff/contracts';
import { accountNameAnnotation, accountUidAnnotation } from '../shared/token-secrets';

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
      annotations: { ...secret.metadata?.annotations, [accountNameAnnotation]: name, [accountUidAnnotation]: uid },
    },
    data: {
      ...secret.data,
      namespace: secret.data?.['namespace'] || encode(secret.metadata?.namespace ?? ''),
      ...(token === undefined ? {} : { token: encode(token) }),
      ...(rootCa === undefined ? {} : { 'ca.crt': encode(rootCa) }),
    },
  };
}
