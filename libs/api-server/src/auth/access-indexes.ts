import { Kinds, type Kind } from '@skiff/contracts';
import { NodeGraph } from './authorization/node/node-graph';
import { RbacIndex } from './authorization/rbac/rbac-index';
import type { ApiObject } from '../pipeline/admission';
import type { Registry } from '../registry/registry';

interface Follower<T> {
  set(object: T): void;
  delete(object: T): void;
}

/** What authorization decides by, kept current from the watch caches. */
export class AccessIndexes {
  readonly rbac = new RbacIndex();
  readonly graph = new NodeGraph();

  /** Resolves when everything that is stored now is known. */
  async follow(registry: Registry, signal: AbortSignal): Promise<void> {
    const { rbac, graph } = this;
    const name = (object: ApiObject): string => object.metadata?.name ?? '';
    const namespace = (object: ApiObject): string => object.metadata?.namespace ?? '';
    await Promise.all([
      follow(registry, Kinds.ClusterRole, signal, {
        set: (role) => rbac.setClusterRole(role),
        delete: (role) => rbac.deleteClusterRole(name(role)),
      }),
      follow(registry, Kinds.Role, signal, {
        set: (role) => rbac.setRole(role),
        delete: (role) => rbac.deleteRole(namespace(role), name(role)),
      }),
      follow(registry, Kinds.ClusterRoleBinding, signal, {
        set: (binding) => rbac.setClusterRoleBinding(binding),
        delete: (binding) => rbac.deleteClusterRoleBinding(name(binding)),
      }),
      follow(registry, Kinds.RoleBinding, signal, {
        set: (binding) => rbac.setRoleBinding(binding),
        delete: (binding) => rbac.deleteRoleBinding(namespace(binding), name(binding)),
      }),
      follow(registry, Kinds.Pod, signal, {
        set: (pod) => graph.setPod(pod),
        delete: (pod) => graph.deletePod(namespace(pod), name(pod)),
      }),
      follow(registry, Kinds.PersistentVolume, signal, {
        set: (volume) => graph.setVolume(volume),
        delete: (volume) => graph.deleteVolume(name(volume)),
      }),
      follow(registry, Kinds.VolumeAttachment, signal, {
        set: (attachment) => graph.setAttachment(attachment),
        delete: (attachment) => graph.deleteAttachment(name(attachment)),
      }),
    ]);
  }
}

/** Shows the follower every object of a kind, now and as they change; anew when the cache had to begin anew. */
export async function follow<T extends ApiObject>(
  registry: Registry,
  kind: Kind<T>,
  signal: AbortSignal,
  follower: Follower<T>,
): Promise<void> {
  const { cache, definition } = registry.of(kind);
  await cache.ready();
  const known = new Map<string, T>();
  const begin = (): void => {
    if (signal.aborted) return;
    const objects = cache.list(definition.storagePrefix);
    const keys = new Set(objects.map(({ key }) => key));
    for (const [key, object] of known)
      if (!keys.has(key)) {
        known.delete(key);
        follower.delete(object);
      }
    for (const { key, object } of objects) {
      known.set(key, object);
      follower.set(object);
    }
    const stop = cache.watch(cache.currentRevision, {
      event({ type, current }) {
        if (type === 'DELETED') {
          known.delete(current.key);
          follower.delete(current.object);
        } else {
          known.set(current.key, current.object);
          follower.set(current.object);
        }
      },
      progress: () => undefined,
      // The cache forgets its watchers when it says so, and holds the new state a moment later.
      lost: () => queueMicrotask(begin),
    });
    signal.addEventListener('abort', stop, { once: true });
  };
  begin();
}
