import { createCipheriv, createDecipheriv, randomBytes, type CipherGCMTypes } from 'node:crypto';
import { TransformError, type Transformer } from '../transformer';
import { tooShort, type Nonces } from './nonce';

const nonceBytes = 12;
const tagBytes = 16;
const options = { authTagLength: tagBytes };

/**
 * AES in Galois counter mode with a key of 16, 24 or 32 bytes: nonce, cipher text, tag. A value that is moved to another
 * path cannot be read. A key should write fewer than 2^32 values, as its nonces are random.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/value/encrypt/aes/aes.go
 */
export function aesGcm(key: Uint8Array, nonces: Nonces = randomBytes): Transformer {
  // Keys of other lengths are refused with the configuration.
  const algorithm = `aes-${key.length * 8}-gcm` as CipherGCMTypes;
  const open = (stored: Uint8Array, path: string): Uint8Array => {
    const decipher = createDecipheriv(algorithm, key, stored.subarray(0, nonceBytes), options);
    decipher.setAAD(Buffer.from(path));
    decipher.setAuthTag(stored.subarray(stored.length - tagBytes));
    return Buffer.concat([decipher.update(stored.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  };
  return {
    fromStorage(stored, path) {
      if (stored.length < nonceBytes) throw new TransformError(tooShort);
      try {
        return { value: open(stored, path), stale: false };
      } catch (cause) {
        throw new TransformError('cipher: message authentication failed', { cause });
      }
    },
    toStorage(value, path) {
      const nonce = nonces(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, options);
      cipher.setAAD(Buffer.from(path));
      return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()]);
    },
  };
}
