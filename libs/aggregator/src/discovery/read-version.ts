import type { apidiscoveryv2 } from '@skiff/contracts';
import { mapOf, mapsOf, textOf, textsOf, type JsonMap } from './bounded-json';

type Resource = apidiscoveryv2.APIResourceDiscovery;
type Subresource = apidiscoveryv2.APISubresourceDiscovery;

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

/** Of how many resources of one version clients are told. */
const mostResources = 2_000;

const kindOf = (value: unknown): Resource['responseKind'] => {
  const { group, version, kind } = mapOf(value);
  return { group: textOf(group), version: textOf(version), kind: textOf(kind) };
};

const listed = (name: 'shortNames' | 'categories', value: unknown): Partial<Resource> => {
  const texts = textsOf(value);
  return texts.length ? { [name]: texts } : {};
};

/** The resources of a version in an APIGroupDiscoveryList; undefined when the version is not there. */
export function readAggregated(list: JsonMap, { group, version }: GroupVersion): Resource[] | undefined {
  const found = mapsOf(list['items'])
    .filter(({ metadata }) => textOf(mapOf(metadata)['name']) === group)
    .flatMap(({ versions }) => mapsOf(versions))
    .find((one) => textOf(one['version']) === version);
  return found && mapsOf(found['resources']).slice(0, mostResources).map(readResource);
}

function readResource(given: JsonMap): Resource {
  const subresources = mapsOf(given['subresources']).slice(0, mostResources).map(readSubresource);
  return {
    resource: textOf(given['resource']),
    responseKind: kindOf(given['responseKind']),
    scope: given['scope'] === 'Namespaced' ? 'Namespaced' : 'Cluster',
    singularResource: textOf(given['singularResource']),
    verbs: textsOf(given['verbs']),
    ...listed('shortNames', given['shortNames']),
    ...listed('categories', given['categories']),
    ...(subresources.length ? { subresources } : {}),
  };
}

const readSubresource = (given: JsonMap): Subresource => ({
  subresource: textOf(given['subresource']),
  ...(given['responseKind'] ? { responseKind: kindOf(given['responseKind']) } : {}),
  verbs: textsOf(given['verbs']),
});

/**
 * The same of an APIResourceList, which every server has.
 * Upstream: ConvertGroupVersionIntoToDiscovery in staging/src/k8s.io/apiserver/pkg/endpoints/discovery/aggregated.
 */
export function readResourceList(list: JsonMap, gv: GroupVersion): Resource[] {
  const resources = new Map<string, Resource>();
  for (const given of mapsOf(list['resources']).slice(0, mostResources)) {
    const [name = '', subresource] = textOf(given['name']).split('/', 2);
    const kind = {
      group: textOf(given['group']) || gv.group,
      version: textOf(given['version']) || gv.version,
      kind: textOf(given['kind']),
    };
    const scope = given['namespaced'] === true ? 'Namespaced' : 'Cluster';
    const known = resources.get(name);
    const verbs = textsOf(given['verbs']);
    if (subresource !== undefined) {
      const parent = known ?? { resource: name, scope, verbs: [] };
      const subresources = [...(parent.subresources ?? []), { subresource, responseKind: kind, verbs }];
      resources.set(name, { ...parent, subresources });
      continue;
    }
    resources.set(name, {
      resource: name,
      responseKind: kind,
      scope,
      singularResource: textOf(given['singularName']),
      verbs,
      ...listed('shortNames', given['shortNames']),
      ...listed('categories', given['categories']),
      ...(known?.subresources ? { subresources: known.subresources } : {}),
    });
  }
  return [...resources.values()];
}
