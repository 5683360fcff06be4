import type { ApiObject, GroupVersionKind, Resource } from '@skiff/apimachinery';

/** An object of a resource as another version of the same resource shows it, by way of the one that is stored. */
export async function convertBetween(object: ApiObject, from: Resource, to: Resource): Promise<ApiObject> {
  if (from === to) return object;
  const stored = await toStored(object, from);
  const { storage, kind } = to;
  return !storage || isSame(storage.kinds[0], kind) ? stored : storage.convert(stored, kind);
}

async function toStored(object: ApiObject, { storage, kind }: Resource): Promise<ApiObject> {
  if (!storage || isSame(storage.kinds[0], kind)) return object;
  return storage.convert(object, storage.kinds[0]);
}

const isSame = (one: GroupVersionKind, other: GroupVersionKind): boolean =>
  one.group === other.group && one.version === other.version && one.kind === other.kind;
