import type { ApiObject } from '@skiff/apimachinery';
import type { ServedResource } from '@skiff/client';
import { resourceKey, type ResourceId } from '@skiff/contracts';
import type { Resources } from './caches';

/** Events own nothing and cost nothing, and there are many of them. */
const isEvent = ({ group, plural }: ResourceId): boolean =>
  plural === 'events' && (group === '' || group === 'events.k8s.io');

/** Whether the objects of a resource can be followed and deleted, and are no events. */
export const isCollectable = ({ resource, verbs }: ServedResource): boolean =>
  !isEvent(resource) && ['list', 'watch', 'delete'].every((verb) => verbs.includes(verb));

/** Calls `follow` for every resource that is wanted, when it is served; what that returns is called when it no longer is. */
export function followResources(
  resources: Resources,
  isWanted: (served: ServedResource) => boolean,
  follow: (resource: ResourceId<ApiObject>) => () => void,
): void {
  const followed = new Map<string, () => void>();
  resources.subscribe({
    added(served) {
      if (isWanted(served)) followed.set(resourceKey(served.resource), follow(served.resource));
    },
    removed({ resource }) {
      followed.get(resourceKey(resource))?.();
      followed.delete(resourceKey(resource));
    },
  });
}
