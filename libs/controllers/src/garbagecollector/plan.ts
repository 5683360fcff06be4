import type { metav1 } from '@skiff/contracts';
import { foregroundFinalizer, orphanFinalizer, type GraphNode } from './graph';

/** What an owner reference leads to. */
export type OwnerState = 'solid' | 'dangling' | 'waiting';

export type Verdict =
  | { readonly action: 'keep' }
  /** Let go of owners that are gone, because another one stays. */
  | { readonly action: 'release'; readonly uids: readonly string[] }
  | {
      readonly action: 'delete';
      readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
      /** Dependents that wait for their own dependents, and must not block this one: a cycle would never end. */
      readonly unblock: readonly GraphNode[];
    }
  /** Foreground deletion: dependents go first, and those listed block it. */
  | { readonly action: 'await dependents'; readonly blocking: readonly GraphNode[] }
  /** Orphaning deletion: dependents are let go of first. */
  | { readonly action: 'orphan dependents' };

const keep: Verdict = { action: 'keep' };

function blocks(dependent: GraphNode, owner: GraphNode): boolean {
  return dependent.owners.some(({ uid, blockOwnerDeletion }) => uid === owner.uid && blockOwnerDeletion === true);
}

function ownPolicy(node: GraphNode): 'Background' | 'Foreground' | 'Orphan' {
  if (node.finalizers.includes(orphanFinalizer)) return 'Orphan';
  return node.finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
}

/** What becomes of an object. As attemptToDeleteItem and its companions. */
export function judge(node: GraphNode, stateOf: (reference: metav1.OwnerReference) => OwnerState): Verdict {
  if (node.deleting) {
    if (node.finalizers.includes(orphanFinalizer)) return { action: 'orphan dependents' };
    if (!node.finalizers.includes(foregroundFinalizer)) return keep;
    return {
      action: 'await dependents',
      blocking: [...node.dependents].filter((dependent) => blocks(dependent, node)),
    };
  }
  if (node.owners.length === 0) return keep;
  const states = node.owners.map((reference) => ({ uid: reference.uid ?? '', state: stateOf(reference) }));
  const lost = states.filter(({ state }) => state !== 'solid').map(({ uid }) => uid);
  if (lost.length === 0) return keep;
  if (lost.length < states.length) return { action: 'release', uids: lost };
  if (states.some(({ state }) => state === 'waiting') && node.dependents.size > 0) {
    const unblock = [...node.dependents].filter(
      (dependent) =>
        dependent.deleting && dependent.finalizers.includes(foregroundFinalizer) && blocks(dependent, node),
    );
    return { action: 'delete', propagationPolicy: 'Foreground', unblock };
  }
  return { action: 'delete', propagationPolicy: ownPolicy(node), unblock: [] };
}
