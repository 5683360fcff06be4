import { StatusError, type Resource } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';
import type { CachedObject } from '../cache/cached-object';
import type { ServedVersion } from '../registry/served-version';
import type { WriteContext } from '../registry/writes/write';

/** Tells that an object is gone. */
export function deletedStatus(
  { kind: { group, plural } }: Resource,
  name: string,
  uid: string | undefined,
): metav1.Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group ? { group } : {}), kind: plural, ...(uid ? { uid } : {}) },
  };
}

/** Deletes objects, all at once; those that are gone already are as they should be. */
export async function deleteAll(
  store: ServedVersion,
  items: readonly CachedObject[],
  options: metav1.DeleteOptions,
  write: WriteContext,
): Promise<void> {
  await Promise.all(
    items.map(async ({ object: { metadata } }) => {
      try {
        await store.delete(metadata?.namespace ?? '', metadata?.name ?? '', options, write);
      } catch (error) {
        // Somebody else was faster.
        if (!(error instanceof StatusError) || error.code !== 404) throw error;
      }
    }),
  );
}
