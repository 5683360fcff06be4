import { hasReason } from '@skiff/apimachinery';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { AdmissionReader, AdmissionWriter } from './reader';

/** Reads through a registry. */
export function registryReader(registry: Registry): AdmissionReader {
  return {
    get: (kind, namespace, name) => registry.get(kind, { namespace, name }),
    async getNewest(kind, namespace, name) {
      try {
        return (await registry.of(kind).get(namespace, name)).object;
      } catch (error) {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      }
    },
    list: (kind, namespace) => registry.list(kind, namespace || undefined),
  };
}

/** Writes through a registry. */
export function registryWriter(registry: Registry): AdmissionWriter {
  return {
    async updateStatus(kind, namespace, name, change) {
      await registry
        .of(kind)
        .update(
          { namespace, name, subresource: 'status', change },
          { user: apiServerUser, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined },
        );
    },
  };
}
