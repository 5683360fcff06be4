import { Kinds, type discoveryv1 } from '@skiff/contracts';
import type { ControllerBase } from './controller';
import { Expectations } from './expectations';
import { objectKey } from './keys';
import { unlessNotFound } from './not-found';
import type { Queue } from './queue';

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

/** Writes the EndpointSlices of one controller, and waits for those that it created to show in the cache. */
export class SliceControl {
  private readonly expectations: Expectations;

  constructor(
    private readonly base: ControllerBase,
    /** The key under which a slice is looked after; undefined for slices of others. */
    private readonly keyOfSlice: (slice: discoveryv1.EndpointSlice) => string | undefined,
  ) {
    this.expectations = new Expectations(base.clock);
  }

  watch(queue: Queue): void {
    this.base.caches.of(Kinds.EndpointSlice).subscribe({
      added: (slice, trace) => {
        const key = this.keyOfSlice(slice);
        if (key === undefined) return;
        this.expectations.creationObserved(key);
        queue.add(key, trace);
      },
      updated: (old, slice, trace) => {
        for (const key of new Set([this.keyOfSlice(old), this.keyOfSlice(slice)]))
          if (key !== undefined) queue.add(key, trace);
      },
      deleted: (slice, trace) => {
        const key = this.keyOfSlice(slice);
        if (key !== undefined) queue.add(key, trace);
      },
    });
  }

  /** Whether the cache shows all that was created under a key. */
  isSettled(key: string): boolean {
    return this.expectations.satisfied(key);
  }

  forget(key: string): void {
    this.expectations.forget(key);
  }

  /** Writes all slices at the same time. Rejects with the first failure when every write has ended. */
  async write(key: string, plan: SlicePlan, signal: AbortSignal): Promise<void> {
    const { client } = this.base;
    if (plan.create.length > 0) this.expectations.expect(key, plan.create.length);
    const writes = [
      ...plan.create.map(async (slice) => {
        try {
          await client.create(Kinds.EndpointSlice, slice, { signal });
        } catch (error) {
          this.expectations.creationObserved(key);
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
}
