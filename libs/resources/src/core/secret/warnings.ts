import type { corev1 } from '@skiff/contracts';
import { createPrivateKey, X509Certificate } from 'node:crypto';

const hasPem = (text: string): boolean => /-----BEGIN [^-]+-----/.test(text);

/** What is wrong with a pair of a certificate and its key. Upstream: tls.X509KeyPair. */
function keyPairProblem(certificate: string, key: string): string | undefined {
  if (!hasPem(certificate)) return 'tls: failed to find any PEM data in certificate input';
  if (!hasPem(key)) return 'tls: failed to find any PEM data in key input';
  try {
    const parsed = new X509Certificate(certificate);
    return parsed.checkPrivateKey(createPrivateKey(key)) ? undefined : 'tls: private key does not match public key';
  } catch {
    return 'tls: failed to parse certificate or private key';
  }
}

export function warningsForSecret({ type, data }: corev1.Secret): string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const text = (key: string): string => Buffer.from(data?.[key] ?? '', 'base64').toString('latin1');
  const problem = keyPairProblem(text('tls.crt'), text('tls.key'));
  return problem ? [problem] : [];
}
