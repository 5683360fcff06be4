import type { corev1 } from '@skiff/contracts';
import { same, validateFinalizer, configMapKey, type ErrorList } from '@skiff/apimachinery';

const sizeLimit = 1024 * 1024;

export function validateConfigMap(map: corev1.ConfigMap, to: ErrorList): void {
  let size = 0;
  for (const [key, value] of Object.entries(map.data ?? {})) {
    to.all(`data[${key}]`, key, configMapKey(key));
    if (map.binaryData && Object.hasOwn(map.binaryData, key))
      to.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData');
    size += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(map.binaryData ?? {})) {
    to.all(`binaryData[${key}]`, key, configMapKey(key));
    size += Buffer.byteLength(value, 'base64');
  }
  if (size > sizeLimit) to.tooLong('', sizeLimit);
}

const whenImmutable = 'field is immutable when `immutable` is set';

export function validateConfigMapUpdate(map: corev1.ConfigMap, old: corev1.ConfigMap, to: ErrorList): void {
  if (old.immutable) {
    if (!map.immutable) to.forbidden('immutable', whenImmutable);
    if (!same(map.data, old.data)) to.forbidden('data', whenImmutable);
    if (!same(map.binaryData, old.binaryData)) to.forbidden('binaryData', whenImmutable);
  }
  validateConfigMap(map, to);
}

function isJson(base64: string): boolean {
  try {
    JSON.parse(Buffer.from(base64, 'base64').toString());
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

const keysOfTypes: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export function validateSecret(secret: corev1.Secret, to: ErrorList): void {
  const data = secret.data ?? {};
  let size = 0;
  for (const [key, value] of Object.entries(data)) {
    to.all(`data[${key}]`, key, configMapKey(key));
    size += Buffer.byteLength(value, 'base64');
  }
  if (size > sizeLimit) to.tooLong('data', sizeLimit);
  const { type = '' } = secret;
  for (const key of keysOfTypes[type] ?? []) if (data[key] === undefined) to.required(`data[${key}]`);
  if (type === 'kubernetes.io/service-account-token') {
    if (!secret.metadata?.annotations?.['kubernetes.io/service-account.name'])
      to.required('metadata.annotations[kubernetes.io/service-account.name]');
  } else if (type === 'kubernetes.io/basic-auth') {
    if (data['username'] === undefined && data['password'] === undefined) {
      to.required('data[username]');
      to.required('data[password]');
    }
  } else if (type === 'kubernetes.io/dockercfg' || type === 'kubernetes.io/dockerconfigjson') {
    const key = type === 'kubernetes.io/dockercfg' ? '.dockercfg' : '.dockerconfigjson';
    const value = data[key];
    if (value === undefined) to.required(`data[${key}]`);
    else if (!isJson(value)) to.invalid(`data[${key}]`, '<secret contents redacted>', 'invalid character');
  }
}

export function validateSecretUpdate(secret: corev1.Secret, old: corev1.Secret, to: ErrorList): void {
  if (secret.type !== old.type) to.invalid('type', secret.type ?? '', 'field is immutable');
  if (old.immutable) {
    if (!secret.immutable) to.forbidden('immutable', whenImmutable);
    if (!same(secret.data, old.data)) to.forbidden('data', whenImmutable);
  }
  validateSecret(secret, to);
}

/** Upstream: validateFinalizerName, for the finalizers that empty a namespace. */
export function validateNamespace({ spec }: corev1.Namespace, to: ErrorList): void {
  for (const [index, finalizer] of (spec?.finalizers ?? []).entries())
    validateFinalizer(finalizer, `spec.finalizers[${index}]`, to);
}

/** Whether a namespace ends is told by its deletion alone. Upstream: ValidateNamespaceStatusUpdate. */
export function validateNamespaceStatus({ metadata, status }: corev1.Namespace, _old: unknown, to: ErrorList): void {
  const phase = status?.phase ?? '';
  const [expected, when] = metadata?.deletionTimestamp ? ['Terminating', 'is not empty'] : ['Active', 'is empty'];
  if (phase !== expected)
    to.invalid('status.Phase', phase, `may only be '${expected}' if \`deletionTimestamp\` ${when}`);
}
