import { randomUUID } from 'node:crypto';
import { formatTime, type Clock } from '@skiff/platform';
import type { ApiObject } from '../pipeline/admission';
import type { ResourceDefinition } from './resource-definition';
import { sameValue } from './same-value';

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const longestGeneratedBase = 58;

/** A name that begins with the prefix and ends with five characters of upstream's alphabet. */
export function generateName(prefix: string, random: () => number): string {
  let suffix = '';
  for (let index = 0; index < 5; index += 1)
    suffix += suffixAlphabet[Math.floor(random() * suffixAlphabet.length)] ?? '';
  return `${prefix.slice(0, longestGeneratedBase)}${suffix}`;
}

/** Gives a new object what only the server may set. */
export function prepareCreate(
  definition: ResourceDefinition,
  object: ApiObject,
  namespace: string,
  clock: Clock,
  random: () => number,
): void {
  const {
    name,
    generateName: prefix,
    labels,
    annotations,
    ownerReferences,
    finalizers,
    managedFields,
  } = object.metadata ?? {};
  object.metadata = {
    name: name || (prefix ? generateName(prefix, random) : ''),
    ...(prefix ? { generateName: prefix } : {}),
    ...(definition.kind.namespaced ? { namespace } : {}),
    uid: randomUUID(),
    ...(definition.generation ? { generation: 1 } : {}),
    creationTimestamp: formatTime(clock.now()),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(managedFields ? { managedFields } : {}),
  };
}

/** Keeps what a writer may not change: identity, times, and for the subresource at hand the rest of the object. */
export function prepareUpdate(
  definition: ResourceDefinition,
  object: ApiObject,
  old: ApiObject,
  subresource: string,
): ApiObject {
  const before = old.metadata ?? {};
  const { labels, annotations, ownerReferences, finalizers, managedFields } = object.metadata ?? {};
  const metadata = {
    ...(before.name === undefined ? {} : { name: before.name }),
    ...(before.generateName ? { generateName: before.generateName } : {}),
    ...(before.namespace === undefined ? {} : { namespace: before.namespace }),
    ...(before.uid === undefined ? {} : { uid: before.uid }),
    ...(before.generation === undefined ? {} : { generation: before.generation }),
    ...(before.creationTimestamp === undefined ? {} : { creationTimestamp: before.creationTimestamp }),
    ...(before.deletionTimestamp === undefined ? {} : { deletionTimestamp: before.deletionTimestamp }),
    ...(before.deletionGracePeriodSeconds === undefined
      ? {}
      : { deletionGracePeriodSeconds: before.deletionGracePeriodSeconds }),
    ...(labels ? { labels } : {}),
    ...(annotations ? { annotations } : {}),
    ...(ownerReferences ? { ownerReferences } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(managedFields ? { managedFields } : {}),
  };
  return subresource === 'status'
    ? { ...old, ...statusOf(object), metadata }
    : { ...object, ...(keepsStatus(definition, subresource) ? statusOf(old) : {}), metadata };
}

/** The approval of a certificate is a condition. */
const keepsStatus = ({ status }: ResourceDefinition, subresource: string): boolean =>
  status && subresource !== 'approval';

/** Counts a change of anything but metadata and status, once the object is as it will be stored. */
export function countGeneration(definition: ResourceDefinition, object: ApiObject, old: ApiObject): void {
  if (definition.generation && specificationChanged(object, old))
    object.metadata = { ...object.metadata, generation: (old.metadata?.generation ?? 0) + 1 };
}

function statusOf(object: ApiObject): { status?: unknown } {
  return 'status' in object ? { status: object.status } : {};
}

/** Whether anything but metadata and status differs. */
function specificationChanged(object: ApiObject, old: ApiObject): boolean {
  const rest = (value: ApiObject): object => ({ ...value, metadata: undefined, status: undefined });
  return !sameValue(rest(object), rest(old));
}
