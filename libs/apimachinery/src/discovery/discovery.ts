import { apiVersionOf, type apidiscoveryv2, type Kind, type metav1 } from '@skiff/contracts';
import type { Resource } from '../resource/resource';
import { readerOf } from '../schema/message-schema';
import { subresourceKind, type GroupVersionKind } from '../resource/subresource';
import { compareKubeAwareVersions } from '../version/kube-aware';
import type { GroupOrder } from './group-order';

/** What discovery tells of a resource. */
export type ServedResource = Pick<Resource, 'kind' | 'verbs' | 'subresources' | 'answersDeleted'>;

interface DiscoveredSubresource {
  readonly name: string;
  readonly kind: GroupVersionKind;
  readonly verbs: readonly string[];
}

/** Its subresources, by their names. */
export const subresourcesOf = ({ kind, subresources }: ServedResource): DiscoveredSubresource[] =>
  [...subresources.values()]
    .map((subresource) => ({
      name: subresource.name,
      kind: subresourceKind(subresource, kind),
      verbs: subresource.verbs,
    }))
    .sort((a, b) => (readerOf(kind) ? 0 : a.name.localeCompare(b.name)));

const singular = (kind: Kind): string => kind.singular ?? kind.kind.toLowerCase();
const sortedVerbs = (verbs: readonly string[]): string[] => [...verbs].sort();

/** Custom resources are told of in an order of upstream's. */
const customVerbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];
const verbsOf = ({ kind, verbs }: ServedResource): string[] =>
  readerOf(kind) ? customVerbs.filter((verb) => verbs.some((one) => one === verb)) : sortedVerbs(verbs);

function ofVersion(resources: readonly ServedResource[], group: string, version: string): ServedResource[] {
  return resources
    .filter(({ kind }) => kind.group === group && kind.version === version)
    .sort((a, b) => a.kind.plural.localeCompare(b.kind.plural));
}

/** The resources of a group's version; undefined when there is none. */
export function apiResourceList(
  resources: readonly ServedResource[],
  group: string,
  version: string,
): metav1.APIResourceList | undefined {
  const served = ofVersion(resources, group, version);
  if (served.length === 0) return undefined;
  const groupVersion = apiVersionOf({ group, version });
  return {
    kind: 'APIResourceList',
    ...(group ? { apiVersion: 'v1' } : {}),
    groupVersion,
    resources: served.flatMap((resource) => [
      {
        name: resource.kind.plural,
        singularName: singular(resource.kind),
        namespaced: resource.kind.namespaced,
        kind: resource.kind.kind,
        verbs: verbsOf(resource),
        ...(resource.kind.shortNames.length ? { shortNames: [...resource.kind.shortNames] } : {}),
        ...(resource.kind.categories.length ? { categories: [...resource.kind.categories] } : {}),
        storageVersionHash: storageVersionHash(resource.kind),
      },
      ...subresourcesOf(resource).map((subresource) => ({
        name: `${resource.kind.plural}/${subresource.name}`,
        singularName: '',
        namespaced: resource.kind.namespaced,
        ...(apiVersionOf(subresource.kind) === groupVersion
          ? {}
          : { group: subresource.kind.group, version: subresource.kind.version }),
        kind: subresource.kind.kind,
        verbs: sortedVerbs(subresource.verbs),
      })),
    ]),
  };
}

/** A short text that changes when objects are stored in another version. */
function storageVersionHash(kind: Kind): string {
  let hash = 0xcbf29ce484222325n;
  for (const character of `${kind.group}/${kind.version}/${kind.kind}`)
    hash = ((hash ^ BigInt(character.codePointAt(0) ?? 0)) * 0x100000001b3n) & 0xffffffffffffffffn;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(hash);
  return bytes.toString('base64');
}

/** Groups in the order of upstream's priorities: the preferred version of each first. */
export function groupsOf(resources: readonly ServedResource[]): GroupOrder {
  const groups = new Map<string, Set<string>>();
  for (const { kind } of resources)
    if (kind.group) groups.set(kind.group, (groups.get(kind.group) ?? new Set()).add(kind.version));
  return new Map([...groups].map(([group, versions]) => [group, [...versions].sort(compareKubeAwareVersions)]));
}

function groupObject(name: string, versions: readonly string[]): metav1.APIGroup {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

export function apiGroupOf(groups: GroupOrder, group: string): metav1.APIGroup | undefined {
  const versions = groups.get(group);
  return versions && { kind: 'APIGroup', apiVersion: 'v1', ...groupObject(group, versions) };
}

export function apiGroupList(groups: GroupOrder): metav1.APIGroupList {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groups].map(([name, versions]) => groupObject(name, versions)),
  };
}

export function apiVersions(): metav1.APIVersions {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
  };
}

/** All resources of groups in one document: apidiscovery.k8s.io/v2. */
export function apiGroupDiscoveries(groups: readonly apidiscoveryv2.APIGroupDiscovery[]): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(({ metadata, versions }) => ({
      metadata: metadata ?? {},
      versions,
    })),
  };
}

/** The core group alone. */
export const coreGroup: GroupOrder = new Map([['', ['v1']]]);

/**
 * Groups with their resources.
 * @param elsewhere what is known of versions that other servers serve, by "group/version".
 */
export function discoverGroups(
  resources: readonly ServedResource[],
  groups: GroupOrder,
  elsewhere: ReadonlyMap<string, apidiscoveryv2.APIVersionDiscovery> = new Map(),
): apidiscoveryv2.APIGroupDiscovery[] {
  return [...groups].map(([group, versions]) => ({
    metadata: group ? { name: group } : {},
    versions: versions.map(
      (version) =>
        elsewhere.get(apiVersionOf({ group, version })) ?? {
          version,
          resources: ofVersion(resources, group, version).map(discoverResource),
          freshness: 'Current',
        },
    ),
  }));
}

function discoverResource(resource: ServedResource): apidiscoveryv2.APIResourceDiscovery {
  const { kind } = resource;
  const scope = kind.namespaced ? 'Namespaced' : 'Cluster';
  const subresources = subresourcesOf(resource).map(({ name, kind: own, verbs }) => ({
    subresource: name,
    responseKind: { group: own.group, version: own.version, kind: own.kind },
    verbs: sortedVerbs(verbs),
  }));
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope,
    singularResource: singular(kind),
    verbs: verbsOf(resource),
    ...(kind.shortNames.length ? { shortNames: [...kind.shortNames] } : {}),
    ...(kind.categories.length ? { categories: [...kind.categories] } : {}),
    ...(subresources.length ? { subresources } : {}),
  };
}
