import type { metav1 } from '@skiff/contracts';
import { formatTime, randomUuid, type Clock, type Random } from '@skiff/platform';
import {
  badRequest,
  specificationChanged,
  type ApiObject,
  type KeptByStatus,
  type Resource,
  type Written,
} from '@skiff/apimachinery';

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const longestGeneratedBase = 58;

/** A name that begins with the prefix and ends with five characters of upstream's alphabet. */
export function generateName(prefix: string, random: Random, purpose?: string): string {
  let suffix = '';
  for (let index = 0; index < 5; index += 1)
    suffix += suffixAlphabet[Math.floor(random(purpose) * suffixAlphabet.length)] ?? '';
  return `${prefix.slice(0, longestGeneratedBase)}${suffix}`;
}

/** Gives a new object what only the server may set. What is drawn for it depends on no other object. */
export function prepareCreate(
  definition: Resource,
  object: ApiObject,
  namespace: string,
  clock: Clock,
  random: Random,
): void {
  const {
    name: given,
    generateName: prefix,
    labels,
    annotations,
    ownerReferences,
    finalizers,
    managedFields,
  } = object.metadata ?? {};
  const collection = `${definition.kind.plural}/${namespace}`;
  const name = given || (prefix ? generateName(prefix, random, `name of ${collection}/${prefix}`) : '');
  object.metadata = {
    name,
    ...(prefix ? { generateName: prefix } : {}),
    ...(definition.kind.namespaced ? { namespace } : {}),
    uid: randomUuid(random, `uid of ${collection}/${name}`),
    ...(definition.generation ? { generation: 1 } : {}),
    creationTimestamp: formatTime(clock.now()),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(managedFields ? { managedFields } : {}),
  };
}

/**
 * What admission may not change of a new object, which it was given as `before`. Throws BadRequest for one that it put
 * into another namespace.
 */
export function keepNew(object: ApiObject, before: ApiObject, namespace: string): void {
  requireSameNamespace(object, namespace);
  const { name, generateName, labels, annotations, ownerReferences, finalizers, managedFields } = object.metadata ?? {};
  const kept = {
    ...before.metadata,
    name,
    generateName,
    labels,
    annotations,
    ownerReferences,
    finalizers,
    managedFields,
  };
  object.metadata = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
}

function requireSameNamespace({ metadata }: ApiObject, namespace: string): void {
  if (metadata?.namespace && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
}

/**
 * What admission may not change of an object, through whichever subresource it is written. Throws BadRequest for one
 * that it put into another namespace; validation finds another name.
 */
export function keepChanged(
  definition: Resource,
  object: ApiObject,
  old: ApiObject,
  written: Written,
  keptByStatus: KeptByStatus = [],
): ApiObject {
  requireSameNamespace(object, old.metadata?.namespace ?? '');
  const kept = prepareUpdate(definition, object, old, written, keptByStatus);
  const { name } = object.metadata ?? {};
  return { ...kept, metadata: { ...kept.metadata, ...(name ? { name } : {}) } };
}

/**
 * Keeps what a writer may not change: its creation and deletion, and for the subresource at hand the
 * rest of the object. Validation finds an identity that was changed.
 *
 * Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/update.go.
 *
 * @param keptByStatus what a write of status keeps of the metadata.
 */
export function prepareUpdate(
  definition: Resource,
  object: ApiObject,
  old: ApiObject,
  written: Written,
  keptByStatus: KeptByStatus = [],
): ApiObject {
  const metadata = keepMetadata(object.metadata ?? {}, old.metadata ?? {});
  if (written !== 'status')
    return { ...(written === 'object' && definition.hasStatus ? withStatusOf(old, object) : object), metadata };
  for (const name of keptByStatus) delete metadata[name];
  const kept = Object.entries(old.metadata ?? {}).filter(([name]) =>
    (keptByStatus as readonly string[]).includes(name),
  );
  return { ...old, ...statusOf(object), metadata: { ...metadata, ...Object.fromEntries(kept) } };
}

function keepMetadata(sent: metav1.ObjectMeta, before: metav1.ObjectMeta): metav1.ObjectMeta {
  const metadata = {
    name: before.name,
    generateName: sent.generateName,
    namespace: before.namespace,
    uid: sent.uid || before.uid,
    generation: before.generation,
    creationTimestamp: before.creationTimestamp,
    deletionTimestamp: before.deletionTimestamp ?? sent.deletionTimestamp,
    deletionGracePeriodSeconds: sent.deletionGracePeriodSeconds ?? before.deletionGracePeriodSeconds,
    labels: sent.labels,
    annotations: sent.annotations,
    ownerReferences: sent.ownerReferences,
    finalizers: sent.finalizers,
    managedFields: sent.managedFields,
  };
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}

/** What a write through a subresource changes; an empty name is the object itself. */
export function writtenThrough({ subresources }: Resource, subresource: string): Written {
  const through = subresource === '' ? undefined : subresources.get(subresource);
  return through?.type === 'object' ? through.writes : 'object';
}

/**
 * Counts a change, once the object is as it will be stored.
 * @param counts default: a change of anything but metadata and status.
 */
export function countGeneration<T extends ApiObject>(
  definition: Resource<T>,
  object: T,
  old: T,
  counts: (object: T, old: T) => boolean = specificationChanged,
): void {
  if (definition.generation && counts(object, old))
    object.metadata = { ...object.metadata, generation: (old.metadata?.generation ?? 0) + 1 };
}

/** An object that was never given a status keeps having none. */
function withStatusOf(old: ApiObject, object: ApiObject): ApiObject {
  if ('status' in old) return { ...object, status: old.status } as ApiObject;
  const { status: _, ...rest } = object as ApiObject & { status?: unknown };
  return rest;
}

function statusOf(object: ApiObject): { status?: unknown } {
  return 'status' in object ? { status: object.status } : {};
}
