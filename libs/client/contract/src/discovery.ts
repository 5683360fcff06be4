import { apiVersionOf, Kinds, resourceKey, type apidiscoveryv2, type ResourceId } from '@skiff/contracts';
import type { ApiObject } from '@skiff/apimachinery';
import type { CallOptions } from './call-options';

/** A resource that the API server serves. */
export interface ServedResource {
  /** The member of `Kinds`, where its objects are one of those. */
  readonly resource: ResourceId<ApiObject>;
  /** What may be done with it, such as `list`. */
  readonly verbs: readonly string[];
}

export interface ServedResources {
  /** In every version; of each group, those of the version that it prefers come first. */
  readonly resources: readonly ServedResource[];
  /** Why the resources of a group's version are not known now, by "group/version". */
  readonly failures: ReadonlyMap<string, string>;
}

export interface Discovery {
  /** Which resources are served now. A group that cannot be asked is one of the failures, and holds nothing else up. */
  discover(options?: CallOptions): Promise<ServedResources>;
}

const knownKinds = new Map<string, ResourceId<ApiObject>>(
  Object.values(Kinds).map((kind) => [`${resourceKey(kind)} ${kind.kind}`, kind]),
);

/**
 * Reads what the API server tells of its groups.
 * Upstream: SplitGroupsAndResources of staging/src/k8s.io/client-go/discovery/aggregated_discovery.go.
 */
export function readDiscovery(groups: readonly apidiscoveryv2.APIGroupDiscovery[]): ServedResources {
  const resources: ServedResource[] = [];
  const failures = new Map<string, string>();
  for (const { metadata, versions = [] } of groups) {
    for (const { version = '', resources: served = [], freshness } of versions) {
      const group = metadata?.name ?? '';
      const groupVersion = apiVersionOf({ group, version });
      if (freshness === 'Stale') failures.set(groupVersion, `stale GroupVersion discovery: ${groupVersion}`);
      else for (const one of served) resources.push(readResource(group, version, one));
    }
  }
  return { resources, failures };
}

function readResource(
  group: string,
  version: string,
  { resource: plural = '', responseKind, scope, verbs }: apidiscoveryv2.APIResourceDiscovery,
): ServedResource {
  const named = { group, version, kind: responseKind?.kind ?? '', plural, namespaced: scope === 'Namespaced' };
  return { resource: knownKinds.get(`${resourceKey(named)} ${named.kind}`) ?? named, verbs: verbs ?? [] };
}

/** Of resources that are served in several versions, those of the version that their group prefers. */
export function preferredResources(resources: readonly ServedResource[]): ServedResource[] {
  const found = new Map<string, ServedResource>();
  for (const served of resources) {
    const { group, plural } = served.resource;
    const name = `${group}/${plural}`;
    if (!found.has(name)) found.set(name, served);
  }
  return [...found.values()];
}
