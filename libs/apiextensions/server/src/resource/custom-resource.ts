import {
  compareKubeAwareVersions,
  defineResource,
  fieldText,
  forbidden,
  sameValue,
  statusSubresource,
  type ApiObject,
  type FieldReader,
  type Resource,
  type StoredKinds,
  type Strategy,
  type Subresource,
  type VersionedStorage,
} from '@skiff/apimachinery';
import { apiVersionOf, type apiextensionsv1, type Kind } from '@skiff/contracts';
import { scaleSubresource } from '@skiff/resources';
import { CustomKind } from './custom-kind';
import { CustomSchema } from './custom-schema';
import { servedNames, type ServedNames } from './names';
import { bare, scalePathsOf } from './scale';
import { tableOf } from './table';
import { validationOf } from './validation';

type Definition = apiextensionsv1.CustomResourceDefinition;
type Version = apiextensionsv1.CustomResourceDefinitionVersion;

/** What is served of a definition, which may change without anything being served anew. */
export interface DefinitionState {
  /** Whether it is about to go, so that nothing may be added. */
  terminating: boolean;
}

/** An object in another version of its resource. */
export type Convert = VersionedStorage['convert'];

/** What a definition is made into resources with. */
export interface ResourceParts {
  readonly state: DefinitionState;
  /** Default: versions differ in nothing but their names. */
  readonly convert?: ((kinds: ReadonlyMap<string, CustomKind>) => Convert) | undefined;
}

/** The resources that a definition has served, one for each version, stored as one. */
export function customResources(definition: Definition, { state, convert }: ResourceParts): Resource[] {
  const names = servedNames(definition);
  const versions = definition.spec?.versions ?? [];
  const kinds = new Map(versions.map((version) => [version.name ?? '', kindOf(names, version)]));
  const stored = versions.find(({ storage }) => storage);
  const first = kinds.get(stored?.name ?? '');
  if (!first) return [];
  const others = [...kinds.values()].filter((kind) => kind !== first);
  const storage: VersionedStorage = {
    kinds: [first, ...others] satisfies StoredKinds,
    convert: convert?.(kinds) ?? convertNone(kinds),
  };
  return versions.flatMap((version) => {
    const kind = kinds.get(version.name ?? '');
    return version.served && kind ? [resourceOf(kind, version, versions, { state, storage })] : [];
  });
}

function kindOf(names: ServedNames, { name = '', schema, selectableFields = [] }: Version): CustomKind {
  const { group, kind } = names;
  const selectable = selectableFields.map(({ jsonPath = '' }) => jsonPath.replace(/^\./, ''));
  const served = new CustomSchema({ group, version: name, kind }, schema?.openAPIV3Schema, selectable);
  return new CustomKind(names, name, served);
}

/** Upstream: the converter of the strategy None. */
const convertNone =
  (kinds: ReadonlyMap<string, CustomKind>): Convert =>
  (object, to) =>
    (kinds.get(to.version) ?? (to as CustomKind)).converted(object);

function resourceOf(
  kind: CustomKind,
  version: Version,
  versions: readonly Version[],
  { state, storage }: { readonly state: DefinitionState; readonly storage: VersionedStorage },
): Resource {
  const { subresources = {} } = version;
  const hasStatus = subresources.status !== undefined;
  const deprecation = deprecationOf(kind, version, versions);
  return defineResource<ApiObject>({
    kind,
    storage,
    subresources: subresourcesOf(subresources),
    selectableFields: Object.fromEntries(
      (version.selectableFields ?? []).map(({ jsonPath = '' }) => fieldAt(jsonPath)),
    ),
    defaults: (object) => kind.custom.defaults(object),
    validation: validationOf(kind.custom, subresources.scale),
    strategy: strategyOf(kind, state, hasStatus),
    table: tableOf(version),
    ...(deprecation === undefined ? {} : { deprecation }),
  });
}

const fieldAt = (path: string): [string, FieldReader] => [bare(path), (object) => fieldText(object, bare(path))];

function subresourcesOf({ status, scale }: NonNullable<Version['subresources']>): Subresource<ApiObject>[] {
  return [...(status ? [statusSubresource] : []), ...(scale ? [scaleSubresource(scalePathsOf(scale))] : [])];
}

function strategyOf(kind: Kind, state: DefinitionState, hasStatus: boolean): Strategy {
  const { group, plural } = kind;
  return {
    keptByStatus: ['labels', 'annotations', 'ownerReferences', 'finalizers'],
    requiresVersion: true,
    ...(hasStatus ? {} : { countsGeneration: changedBesideMetadata }),
    prepareForCreate: (object) => {
      if (state.terminating)
        throw forbidden(
          { group, resource: plural },
          object.metadata?.name ?? '',
          'create not allowed while custom resource definition is terminating',
        );
    },
  };
}

/** Without a subresource of its own, the status is a field like any other. */
const changedBesideMetadata = (object: ApiObject, old: ApiObject): boolean =>
  !sameValue({ ...object, metadata: undefined }, { ...old, metadata: undefined });

/** What whoever uses a version is told that is on its way out. */
function deprecationOf(kind: CustomKind, version: Version, versions: readonly Version[]): string | undefined {
  if (!version.deprecated) return undefined;
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const own = `${apiVersionOf(kind)} ${kind.kind} is deprecated`;
  const better = newest(versions, version);
  return better === undefined ? own : `${own}; use ${apiVersionOf({ ...kind, version: better })} ${kind.kind}`;
}

function newest(versions: readonly Version[], than: Version): string | undefined {
  const names = versions.filter(({ served, deprecated }) => served && !deprecated).map(({ name = '' }) => name);
  const [best] = names.sort(compareKubeAwareVersions);
  return best !== undefined && compareKubeAwareVersions(best, than.name ?? '') < 0 ? best : undefined;
}
