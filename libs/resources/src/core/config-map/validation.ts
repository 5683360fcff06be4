import { configMapKey, type ErrorList, same, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { sizeLimit, whenImmutable } from '../data-validation';

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

export function validateConfigMapUpdate(map: corev1.ConfigMap, old: corev1.ConfigMap, to: ErrorList): void {
  if (old.immutable) {
    if (!map.immutable) to.forbidden('immutable', whenImmutable);
    if (!same(map.data, old.data)) to.forbidden('data', whenImmutable);
    if (!same(map.binaryData, old.binaryData)) to.forbidden('binaryData', whenImmutable);
  }
  validateConfigMap(map, to);
}

export const configMapValidation: Validation<corev1.ConfigMap> = {
  create: validateConfigMap,
  update: validateConfigMapUpdate,
};
