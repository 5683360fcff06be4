import { hasReason } from '@skiff/apimachinery';
import type { Registry } from '../registry/registry';
import type { AdmissionReader } from './reader';

/** Reads through a registry, which may be made after those who read. */
export function registryReader(registry: () => Registry): AdmissionReader {
  return {
    get: (kind, namespace, name) => registry().get(kind, { namespace, name }),
    async getNewest(kind, namespace, name) {
      try {
        return (await registry().of(kind).get(namespace, name)).object;
      } catch (error) {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      }
    },
    list: (kind, namespace) => registry().list(kind, namespace || undefined),
  };
}
