import type { metav1 } from '@skiff/contracts';
import { foregroundFinalizer, orphanFinalizer, type GraphNode } from './graph';

/**
 * What an owner reference leads to: an object that stays, nothing, an object that is deleted
 * after its dependents, or no place where one could look.
 */
export type OwnerState = 'solid' | 'dangling' | 'waiting' | 'unresolvable';

export type Verdict =
  | { readonly action: 'keep' }
  /** Let go of owners that are gone, because another one stays. */
  | { readonly action: 'release'; readonly references: readonly metav1.OwnerReference[] }
  | {
      readonly action: 'delete';
      readonly propagationPolicy: 'Background' | 'Foreground' | 'Orphan';
      /** Whether it must stop blocking its owners first: a cycle would never end. */
      readonly unblockOwners: boolean;
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

/**
 * What becomes of an object. `states` are those of its owners, in their order. Nothing becomes
 * of one with an owner that cannot be resolved.
 * Upstream: attemptToDeleteItem of pkg/controller/garbagecollector/garbagecollector.go.
 */
export function judge(node: GraphNode, states: readonly OwnerState[]): Verdict {
  if (node.deleting) {
    if (node.finalizers.includes(orphanFinalizer)) return { action: 'orphan dependents' };
    if (!node.finalizers.includes(foregroundFinalizer)) return keep;
    return {
      action: 'await dependents',
      blocking: [...node.dependents].filter((dependent) => blocks(dependent, node)),
    };
  }
  if (node.owners.length === 0 || states.includes('unresolvable')) return keep;
  const lost = node.owners.filter((_reference, index) => states[index] !== 'solid');
  if (lost.length === 0) return keep;
  if (lost.length < states.length) return { action: 'release', references: lost };
  if (states.includes('waiting') && node.dependents.size > 0) {
    const unblockOwners = [...node.dependents].some(
      (dependent) => dependent.deleting && dependent.finalizers.includes(foregroundFinalizer),
    );
    return { action: 'delete', propagationPolicy: 'Foreground', unblockOwners };
  }
  return { action: 'delete', propagationPolicy: ownPolicy(node), unblockOwners: false };
}
