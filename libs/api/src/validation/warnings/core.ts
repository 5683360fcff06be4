import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { corev1 } from '@skiff/contracts';
import { warningsForRange } from './addresses';

/** Upstream: fieldIsDeprecatedWarnings of pkg/registry/core/node. */
export function warningsForNode({ spec = {} }: corev1.Node): string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: deprecated in v1.22, support removal is planned in v1.23'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((range, index) => warningsForRange(`spec.podCIDRs[${index}]`, range)),
  ];
}

const mountable = 'kubernetes.io/enforce-mountable-secrets';

/** Whoever kept the annotation has been told. */
export function warningsForServiceAccount({ metadata }: corev1.ServiceAccount, old?: corev1.ServiceAccount): string[] {
  return metadata?.annotations?.[mountable] === undefined || old?.metadata?.annotations?.[mountable] !== undefined
    ? []
    : [
        `metadata.annotations[${mountable}]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted secrets`,
      ];
}

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
