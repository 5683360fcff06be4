import { startsWith, TransformError, type Transformer } from '../transformer';

const reserved = Buffer.from('k8s:enc:');

/** Throws TransformError of a value that some provider has encrypted. */
export function requirePlain(stored: Uint8Array): void {
  if (startsWith(stored, reserved)) throw new TransformError('identity transformer tried to read encrypted data');
}

/**
 * Stores values as they are.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/storage/value/encrypt/identity/identity.go
 */
export const identity: Transformer = {
  fromStorage(stored) {
    requirePlain(stored);
    return { value: stored, stale: false };
  },
  toStorage: (value) => value,
};
