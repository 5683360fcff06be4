import type { Kind } from '@skiff/contracts';
import { hasReason } from '@skiff/platform';
import { apiServerUser } from '../auth/user';
import type { ApiObject } from '../pipeline/admission';
import type { Registry } from '../registry/registry';
import type { WriteContext } from '../registry/resource-store';

/** The API server writes on its own behalf. */
export const ownWrite: WriteContext = {
  user: apiServerUser,
  dryRun: false,
  fieldManager: 'kube-apiserver',
  warn: () => undefined,
};

/**
 * Creates an object unless it exists; one that exists becomes what `merge` makes of it, undefined leaves it.
 * Several servers may do it at once.
 */
export async function ensure<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  object: T,
  merge: (existing: T) => T | undefined = () => undefined,
): Promise<void> {
  const { namespace = '', name = '' } = object.metadata ?? {};
  const store = registry.of(kind);
  const existing = await registry.get(kind, { namespace, name });
  if (!existing) {
    try {
      await store.create({ kind: kind.kind, apiVersion: versionOf(kind), ...object }, namespace, ownWrite);
      return;
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    }
  } else if (!merge(existing)) return;
  await store.update({ namespace, name, subresource: '', change: (current) => merge(current) ?? current }, ownWrite);
}

const versionOf = ({ group, version }: Pick<Kind, 'group' | 'version'>): string =>
  group ? `${group}/${version}` : version;
