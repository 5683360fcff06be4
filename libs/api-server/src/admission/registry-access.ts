import { hasReason } from '@skiff/apimachinery';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { AdmissionReader, AdmissionWriter } from './reader';
import type { AdmissionResources } from './resources';

/** Reads through a registry, which need not be there yet. */
export function registryReader(of: () => Registry): AdmissionReader {
  return {
    get: (kind, namespace, name) => of().get(kind, { namespace, name }),
    async getNewest(kind, namespace, name) {
      try {
        return (await of().of(kind).get(namespace, name)).object;
      } catch (error) {
        if (hasReason(error, 'NotFound')) return undefined;
        throw error;
      }
    },
    list: (kind, namespace) => of().list(kind, namespace || undefined),
  };
}

/** Writes through a registry. */
export function registryWriter(registry: Registry): AdmissionWriter {
  const write = { user: apiServerUser, dryRun: false, fieldManager: 'kube-apiserver', warn: () => undefined };
  return {
    async create(kind, namespace, object) {
      await registry.of(kind).create(object, namespace, write);
    },
    async updateStatus(kind, namespace, name, change) {
      await registry.of(kind).update({ namespace, name, subresource: 'status', change }, write);
    },
  };
}

/** The resources that a registry serves. */
export function registryResources(registry: Registry): AdmissionResources {
  const find: AdmissionResources['find'] = ({ group, version, resource }) => registry.find(group, version, resource);
  return {
    find,
    ofKind: (wanted) =>
      registry.definitions.find(
        ({ kind }) => kind.kind === wanted.kind && kind.group === wanted.group && kind.version === wanted.version,
      ),
    equivalents(resource) {
      const prefix = find(resource)?.storagePrefix;
      return prefix === undefined ? [] : registry.definitions.filter(({ storagePrefix }) => storagePrefix === prefix);
    },
  };
}
