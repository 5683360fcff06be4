import { hasReason, type ApiObject, type StatusError } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';
import type { ControllerBase } from '../shared/controller';
import { isDeleting } from '../shared/pods';
import { foregroundFinalizer, namesOwner, type GraphNode, type OwnershipGraph } from './graph';
import type { OwnerState } from './plan';

/** Whether an error says that there is no such object, rather than no such resource. */
function isMissing(error: unknown): error is StatusError {
  return hasReason(error, 'NotFound') && (error.details?.name ?? '') !== '';
}

function stateOf({ deleting, finalizers }: { deleting: boolean; finalizers: readonly string[] }): OwnerState {
  return deleting && finalizers.includes(foregroundFinalizer) ? 'waiting' : 'solid';
}

/**
 * Finds out what owner references lead to. An owner is an object of the reference's API version,
 * kind, name and uid, in the namespace of the dependent unless it is cluster-scoped.
 * Upstream: isDangling of pkg/controller/garbagecollector/garbagecollector.go.
 */
export class OwnerLookup {
  constructor(
    private readonly graph: OwnershipGraph,
    private readonly base: Pick<ControllerBase, 'client' | 'resources'>,
  ) {}

  /**
   * The state of one owner. What an informer shows as the reference names it is believed; all else is read past the
   * cache before it counts as absent. Throws what the API server answers but that there is no such object.
   */
  async find(dependent: GraphNode, reference: metav1.OwnerReference, signal: AbortSignal): Promise<OwnerState> {
    const served = this.base.resources.find(reference.apiVersion ?? '', reference.kind ?? '');
    if (!served?.verbs.includes('get')) return 'unresolvable';
    const { resource: kind } = served;
    // A cluster-scoped object cannot say in which namespace its owner is.
    if (kind.namespaced && dependent.namespace === undefined) return 'unresolvable';
    const { uid = '', name = '' } = reference;
    if (this.graph.isAbsent(uid)) return 'dangling';
    const observed = this.graph.get(uid);
    if (observed && namesOwner(reference, dependent, observed)) return stateOf(observed);
    const namespace = kind.namespaced ? dependent.namespace : undefined;
    try {
      const found: ApiObject = await this.base.client.get(kind, { namespace, name }, { signal });
      if (found.metadata?.uid !== uid) return 'dangling';
      return stateOf({ deleting: isDeleting(found), finalizers: found.metadata.finalizers ?? [] });
    } catch (error) {
      if (isMissing(error)) return 'dangling';
      if (hasReason(error, 'NotFound')) return 'unresolvable';
      throw error;
    }
  }

  /** Whether an owner is known from a reference alone, so that nothing would tell of its end. */
  isUnobserved({ uid = '' }: metav1.OwnerReference): boolean {
    return this.graph.get(uid)?.virtual === true;
  }
}
