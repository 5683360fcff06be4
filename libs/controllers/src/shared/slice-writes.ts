import type { Client } from '@skiff/client';
import { Kinds, type discoveryv1 } from '@skiff/contracts';
import type { Expectations } from './expectations';
import { objectKey } from './keys';
import { unlessNotFound } from './not-found';

/** Names the Service that a slice is of. */
export const serviceNameLabel = 'kubernetes.io/service-name';
/** Names the controller that a slice belongs to. */
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';

/** The writes that bring EndpointSlices to what they should be. */
export interface SlicePlan {
  readonly create: discoveryv1.EndpointSlice[];
  readonly update: discoveryv1.EndpointSlice[];
  readonly remove: discoveryv1.EndpointSlice[];
}

/** Whose slices are written, and what waits for them to show in the cache. */
export interface SliceWrites {
  readonly key: string;
  readonly expectations: Expectations;
  readonly signal: AbortSignal;
}

/** Writes all slices at the same time. Rejects with the first failure when every write has ended. */
export async function writeSlices(
  client: Client,
  plan: SlicePlan,
  { key, expectations, signal }: SliceWrites,
): Promise<void> {
  if (plan.create.length > 0) expectations.expect(key, plan.create.length);
  const writes = [
    ...plan.create.map(async (slice) => {
      try {
        await client.create(Kinds.EndpointSlice, slice, { signal });
      } catch (error) {
        expectations.creationObserved(key);
        throw error;
      }
    }),
    ...plan.update.map(async (slice) => {
      await client.update(Kinds.EndpointSlice, slice, { signal });
    }),
    ...plan.remove.map(async (slice) => {
      await unlessNotFound(client.delete(Kinds.EndpointSlice, objectKey(slice), {}, { signal }));
    }),
  ];
  const failure = (await Promise.allSettled(writes)).find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}
