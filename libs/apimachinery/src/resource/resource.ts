import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { FieldReader } from './fields';
import { objectCount, type QuotaEvaluator } from './quota';
import type { VersionedStorage } from './storage';
import type { Strategy } from './strategy';
import type { Subresource } from './subresource';
import { plainTable, type Table } from './table';
import type { Unsupported } from './unsupported';
import type { Validation } from './validation';

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

/**
 * All that is said of a resource: what the API server serves, stores, validates and prints is derived
 * from such values. Those of Kubernetes itself are the `builtInResources` of `@skiff/resources`.
 *
 * Functions are written as methods, so that a resource of one kind can stand among those of every kind.
 * They are only ever given objects of their own kind, in canonical form.
 */
export interface Resource<T extends ApiObject = ApiObject> {
  readonly kind: Kind<T>;
  readonly verbs: readonly Verb[];
  /** Whether metadata.generation counts the changes of its specification. */
  readonly generation: boolean;
  /** Whether who deletes an object is told what it was; else that it is gone. */
  readonly answersDeleted: boolean;
  /** Below it all objects are stored, with a slash at its end: several versions of a kind share one. */
  readonly storagePrefix: string;
  /** Absent when objects are stored as they are served. */
  readonly storage?: VersionedStorage;
  /** Field selectors besides metadata.name and metadata.namespace: how each is read. */
  readonly selectableFields: Readonly<Record<string, FieldReader>>;
  readonly subresources: ReadonlyMap<string, Subresource<T>>;
  /** Whether one of them writes the status alone. */
  readonly hasStatus: boolean;
  readonly validation: Validation<T>;
  readonly strategy: Strategy<T>;
  readonly table: Table<T>;
  /** What its objects cost; absent for what no quota limits. */
  readonly quota?: QuotaEvaluator;
  /** What of it is accepted and has no effect in a cluster of Skiff. */
  readonly unsupported: readonly Unsupported<T>[];
  /** What everybody is told who uses a kind that is on its way out. */
  readonly deprecation?: string;
  /** Fills an object with the defaults of its kind, in place. */
  defaults(object: T): void;
}

/** What is particular about a resource; what is left out is as most have it. */
export interface ResourceParts<T extends ApiObject> {
  readonly kind: Kind<T>;
  /** Default: all. */
  readonly verbs?: readonly Verb[];
  /** Default: true. */
  readonly generation?: boolean;
  /** Default: false. */
  readonly answersDeleted?: boolean;
  /** Default: by its group and plural. */
  readonly storagePrefix?: string;
  /** Default: objects are stored as they are served. */
  readonly storage?: VersionedStorage;
  /** Default: none. */
  readonly selectableFields?: Resource['selectableFields'];
  /** Default: none. */
  readonly subresources?: readonly Subresource<T>[];
  /** Default: nothing. */
  readonly defaults?: (object: T) => void;
  /** Default: metadata is valid, and is named by a DNS-1123 subdomain. */
  readonly validation?: Validation<T>;
  /** Default: objects are stored as they are sent. */
  readonly strategy?: Strategy<T>;
  /** Default: name and time of creation. */
  readonly table?: Table<T>;
  /** Default: each object counts as one; null for what no quota limits. */
  readonly quota?: QuotaEvaluator | null;
  readonly unsupported?: readonly Unsupported<T>[];
  readonly deprecation?: string;
}

export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** A resource by what is particular about it. */
export function defineResource<T extends ApiObject>(parts: ResourceParts<T>): Resource {
  const { kind, quota, storage, deprecation } = parts;
  const { group, plural } = kind;
  const subresources = parts.subresources ?? [];
  const evaluator = quota === null ? undefined : (quota ?? objectCount(group, plural));
  const resource: Resource<T> = {
    kind,
    verbs: parts.verbs ?? allVerbs,
    generation: parts.generation ?? true,
    answersDeleted: parts.answersDeleted ?? false,
    storagePrefix: parts.storagePrefix ?? `/registry/${group ? `${group}/` : ''}${plural}/`,
    selectableFields: parts.selectableFields ?? {},
    subresources: new Map(subresources.map((subresource) => [subresource.name, subresource])),
    hasStatus: subresources.some((one) => one.type === 'object' && one.writes === 'status'),
    validation: parts.validation ?? {},
    strategy: parts.strategy ?? {},
    table: parts.table ?? plainTable,
    unsupported: parts.unsupported ?? [],
    defaults: parts.defaults ?? (() => undefined),
    ...(evaluator && { quota: evaluator }),
    ...(storage && { storage }),
    ...(deprecation !== undefined && { deprecation }),
  };
  // It is only ever given objects of its own kind.
  return Object.freeze(resource as unknown as Resource);
}

/** Names a resource as errors do: "deployments.apps", or "pods". */
export function qualifiedResource(kind: Pick<Kind, 'group' | 'plural'>): string {
  return kind.group ? `${kind.plural}.${kind.group}` : kind.plural;
}
