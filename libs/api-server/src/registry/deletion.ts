import type { corev1, Kind, metav1 } from '@skiff/contracts';
import { StatusError, type ApiObject } from '@skiff/apimachinery';
import { formatTime, type Clock } from '@skiff/platform';

/** What a deletion does to an object now. */
export type DeletionPlan =
  /** The object as it was last, or as it waits from now on. */
  { readonly action: 'remove' | 'mark'; readonly object: ApiObject } | { readonly action: 'none' };

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** Decides as upstream's BeforeDelete: whether to remove the object, or to mark it and wait for finalizers or a grace period. */
export function planDeletion(
  kind: Pick<Kind, 'plural' | 'group'>,
  object: ApiObject,
  options: metav1.DeleteOptions,
  clock: Clock,
): DeletionPlan {
  const metadata = object.metadata ?? {};
  const finalizers = finalizersAfter(metadata.finalizers ?? [], options);
  const grace = gracePeriod(kind, object, options);
  const isNamespace = kind.plural === 'namespaces' && kind.group === '';
  if (metadata.deletionTimestamp) return planAgain(object, finalizers, grace, clock);
  const held = finalizers.length > 0 || (isNamespace && (object as corev1.Namespace).spec?.finalizers?.length);
  const isPod = kind.plural === 'pods' && kind.group === '';
  if (!held && grace === 0 && !isPod) return { action: 'remove', object };
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
  if (isNamespace) Object.assign(marked, { status: { ...(object as corev1.Namespace).status, phase: 'Terminating' } });
  return { action: held || grace > 0 ? 'mark' : 'remove', object: marked };
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
      throw new StatusError(
        422,
        'Invalid',
        `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
        {
          group: 'meta.k8s.io',
          kind: 'DeleteOptions',
          causes: [
            {
              reason: 'FieldValueNotSupported',
              message: `Unsupported value: ${JSON.stringify(propagationPolicy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
              field: 'propagationPolicy',
            },
          ],
        },
      );
  }
}

/** The milliseconds of so many seconds: what no duration of 64 bits holds wraps around, as in Go. */
const durationOf = (seconds: number): number =>
  Number(BigInt.asIntN(64, BigInt(String(seconds)) * 1_000_000_000n) / 1_000_000n);

/** Seconds that a pod gets to end; everything else goes at once. */
function gracePeriod(kind: Pick<Kind, 'plural' | 'group'>, object: ApiObject, options: metav1.DeleteOptions): number {
  if (kind.plural !== 'pods' || kind.group !== '') return 0;
  const { spec, status } = object as corev1.Pod;
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0;
  const asked = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
  return asked < 0 ? 1 : asked;
}
