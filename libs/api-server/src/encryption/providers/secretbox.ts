import { randomBytes } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { TransformError, type Transformer } from '../transformer';
import { tooShort, type Nonces } from './nonce';

const nonceBytes = 24;
const tagBytes = 16;

/**
 * XSalsa20 and Poly1305 with a key of 32 bytes: nonce, tag, cipher text. Does not bind a value to its path.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/value/encrypt/secretbox/secretbox.go
 */
export function secretbox(key: Uint8Array, nonces: Nonces = randomBytes): Transformer {
  return {
    fromStorage(stored) {
      if (stored.length < nonceBytes + tagBytes) throw new TransformError(tooShort);
      const box = xsalsa20poly1305(key, stored.subarray(0, nonceBytes));
      return { value: open(box, stored.subarray(nonceBytes)), stale: false };
    },
    toStorage(value) {
      const nonce = nonces(nonceBytes);
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(value)]);
    },
  };
}

function open(box: ReturnType<typeof xsalsa20poly1305>, sealed: Uint8Array): Uint8Array {
  try {
    return box.decrypt(sealed);
  } catch (cause) {
    // Upstream's words for a tag that is wrong.
    throw new TransformError('output array was not large enough for encryption', { cause });
  }
}
