import type { Kind } from '@skiff/contracts';
import { hasReason, type ApiObject } from '@skiff/apimachinery';
import { apiServerUser } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { WriteContext } from '../registry/writes/write';

/** How the server writes what is its own. */
export const serverWrite: WriteContext = {
  user: apiServerUser,
  dryRun: false,
  fieldManager: 'kube-apiserver',
  warn: () => undefined,
};

/** Creates an object unless one of its name is there. */
export async function ensure<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  namespace: string,
  object: T,
): Promise<void> {
  const store = registry.of(kind);
  await store.cache.ready();
  if (await store.cache.get(store.key(namespace, object.metadata?.name ?? ''))) return;
  try {
    await store.create(object, namespace, serverWrite);
  } catch (error) {
    // Another server was faster.
    if (!hasReason(error, 'AlreadyExists')) throw error;
  }
}

/** Creates an object, or makes of the one that is there what `merge` says; undefined leaves it as it is. */
export async function reconcile<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  expected: T,
  merge: (existing: T, expected: T) => T | 'replace' | undefined,
): Promise<void> {
  const { name = '', namespace = '' } = expected.metadata ?? {};
  const store = registry.of(kind);
  await store.cache.ready();
  const existing = (await store.cache.get(store.key(namespace, name)))?.object;
  if (!existing) return ensure(registry, kind, namespace, expected);
  const merged = merge(existing, expected);
  if (merged === undefined) return;
  if (merged === 'replace') {
    await store.delete(namespace, name, {}, serverWrite);
    await store.create(expected, namespace, serverWrite);
    return;
  }
  const change = (current: T): T => {
    const again = merge(current, expected);
    return again === undefined || again === 'replace' ? current : again;
  };
  await store.update({ namespace, name, subresource: '', change }, serverWrite);
}

/** Gives an object the status that `change` makes of it. */
export async function writeStatus<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  name: string,
  change: (current: T) => T,
): Promise<void> {
  await registry.of(kind).update({ namespace: '', name, subresource: 'status', change }, serverWrite);
}
