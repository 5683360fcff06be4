import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { TransformError, type Transformer } from '../transformer';
import { tooShort, type Nonces } from './nonce';

const blockBytes = 16;

/**
 * AES in cipher block chaining mode with a key of 16, 24 or 32 bytes: initial vector, padded cipher text. Nothing tells
 * reliably that a value was tampered with or moved.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/value/encrypt/aes/aes.go
 */
export function aesCbc(key: Uint8Array, nonces: Nonces = randomBytes): Transformer {
  const algorithm = `aes-${key.length * 8}-cbc`;
  return {
    fromStorage(stored) {
      if (stored.length < blockBytes) throw new TransformError(tooShort);
      if (stored.length % blockBytes !== 0)
        throw new TransformError('the stored data is not a multiple of the block size');
      const decipher = createDecipheriv(algorithm, key, stored.subarray(0, blockBytes)).setAutoPadding(false);
      const padded = Buffer.concat([decipher.update(stored.subarray(blockBytes)), decipher.final()]);
      return { value: unpad(padded), stale: false };
    },
    toStorage(value) {
      const vector = nonces(blockBytes);
      const cipher = createCipheriv(algorithm, key, vector);
      return Buffer.concat([vector, cipher.update(value), cipher.final()]);
    },
  };
}

/** Takes padding off here, to say what is wrong with it in upstream's words. */
function unpad(padded: Buffer): Buffer {
  const size = padded.at(-1) ?? 0;
  if (size === 0 || size > padded.length) throw new TransformError('invalid PKCS7 data (empty or not padded)');
  const end = padded.length - size;
  if (padded.subarray(end).some((byte) => byte !== size)) throw new TransformError('invalid padding on input');
  return padded.subarray(0, end);
}
