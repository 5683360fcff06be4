import type { metav1 } from '@skiff/contracts';
import type { ApiObject, Resource } from '@skiff/apimachinery';
import { formatTime, type Clock } from '@skiff/platform';

/** What a deletion does to an object now. */
export type DeletionPlan =
  /** The object as it was last, or as it waits from now on. */
  { readonly action: 'remove' | 'mark'; readonly object: ApiObject } | { readonly action: 'none' };

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** Decides as upstream's BeforeDelete: whether to remove the object, or to mark it and wait for finalizers or a grace period. */
export function planDeletion(
  { strategy }: Pick<Resource, 'strategy'>,
  object: ApiObject,
  options: metav1.DeleteOptions,
  clock: Clock,
): DeletionPlan {
  const metadata = object.metadata ?? {};
  const finalizers = finalizersAfter(metadata.finalizers ?? [], options);
  const grace = strategy.gracePeriod?.(object, options) ?? 0;
  if (metadata.deletionTimestamp) return planAgain(object, finalizers, grace, clock);
  const held = finalizers.length > 0 || Boolean(strategy.holdsDeletion?.(object));
  if (!held && !strategy.gracePeriod) return { action: 'remove', object };
  const marked: ApiObject = {
    ...object,
    metadata: {
      ...metadata,
      ...(metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
      deletionTimestamp: formatTime(clock.now() + durationOf(grace)),
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length ? { finalizers } : {}),
    },
  };
  return { action: held || grace > 0 ? 'mark' : 'remove', object: strategy.prepareForDelete?.(marked) ?? marked };
}

/** A second deletion may only make the first one shorter, or remove what no longer waits. */
function planAgain(object: ApiObject, finalizers: string[], grace: number, clock: Clock): DeletionPlan {
  const metadata = object.metadata ?? {};
  const remaining = metadata.deletionGracePeriodSeconds ?? 0;
  const changed = finalizers.join() !== (metadata.finalizers ?? []).join();
  if (grace < remaining) {
    const removed = grace === 0 && finalizers.length === 0;
    const deletionTimestamp = formatTime(clock.now() + durationOf(grace));
    return {
      action: removed ? 'remove' : 'mark',
      object: {
        ...object,
        metadata: {
          ...metadata,
          deletionTimestamp,
          deletionGracePeriodSeconds: grace,
          ...(finalizers.length ? { finalizers } : {}),
        },
      },
    };
  }
  return changed
    ? { action: 'mark', object: { ...object, metadata: { ...metadata, finalizers } } }
    : { action: 'none' };
}

/** The finalizers that the propagation policy asks for. */
function finalizersAfter(current: readonly string[], options: metav1.DeleteOptions): string[] {
  const { propagationPolicy, orphanDependents } = options;
  const others = current.filter((finalizer) => finalizer !== foreground && finalizer !== orphan);
  switch (propagationPolicy) {
    case 'Foreground':
      return [...others, foreground];
    case 'Orphan':
      return [...others, orphan];
    case 'Background':
      return others;
    case undefined:
      return orphanDependents === undefined ? [...current] : orphanDependents ? [...others, orphan] : others;
    default:
      return [...current];
  }
}

/** The milliseconds of so many seconds: what no duration of 64 bits holds wraps around, as in Go. */
const durationOf = (seconds: number): number =>
  Number(BigInt.asIntN(64, BigInt(String(seconds)) * 1_000_000_000n) / 1_000_000n);
