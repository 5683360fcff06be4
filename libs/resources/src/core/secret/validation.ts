import { configMapKey, type ErrorList, same, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { sizeLimit, whenImmutable } from '../data-validation';
import { warningsForSecret } from './warnings';

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

export const secretValidation: Validation<corev1.Secret> = {
  create: validateSecret,
  update: validateSecretUpdate,
  warnings: warningsForSecret,
};
