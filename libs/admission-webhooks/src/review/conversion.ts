import type { ApiObject, Resource } from '@skiff/apimachinery';

/** An object of a resource as another version of the same resource shows it, by way of the one that is stored. */
export async function convertBetween(object: ApiObject, from: Resource, to: Resource): Promise<ApiObject> {
  if (from === to) return object;
  const stored = await toStored(object, from);
  const { storage, kind } = to;
  return !storage || storage.kinds[0].message === kind.message ? stored : storage.convert(stored, kind);
}

async function toStored(object: ApiObject, { storage, kind }: Resource): Promise<ApiObject> {
  if (!storage || storage.kinds[0].message === kind.message) return object;
  return storage.convert(object, storage.kinds[0]);
}
