import { CachedObject } from '../../cache/cached-object';
import type { ApiObject } from '@skiff/apimachinery';
import { attemptChange } from './attempts';
import { encodeObject, type WriteContext, type WriteParts } from './write';

/**
 * Stores what the server itself makes of an object: without defaults, owners of fields, admission
 * and validation, which are for what users say.
 */
export function writeDirectly<T extends ApiObject>(
  parts: WriteParts<T>,
  namespace: string,
  name: string,
  change: (current: T) => T,
  write: WriteContext,
): Promise<CachedObject<T>> {
  const { definition, store, cache } = parts;
  return attemptChange(parts, { namespace, name }, write, async (current) => {
    const object = change(current.object);
    if (write.dryRun) return new CachedObject(definition.kind, current.key, object, current.revision, undefined);
    const encoded = encodeObject(parts, object);
    const record = encoded instanceof Promise ? await encoded : encoded;
    const result = await store.update(current.key, record, current.revision);
    return result.ok ? cache.shareWritten(current.key, record, result.revision) : undefined;
  });
}
