import type { corev1 } from '@skiff/contracts';
import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import type { FilterPlugin, PluginContext, PreFilterPlugin, PreFilterResult } from '../../framework/plugin';
import { unresolvable, type Rejection, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { compileNodeTerm, type NodePredicate } from '@skiff/resources';

const conflict = unresolvable("node(s) didn't match PersistentVolume's node affinity");
const lost = unresolvable('node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
const unboundImmediate = unresolvable('pod has unbound immediate PersistentVolumeClaims');
const nothingToBind = unresolvable("node(s) didn't find available persistent volumes to bind");

class State {
  /** Without predicates: a claim is bound to a volume that is not there. */
  constructor(readonly predicates: readonly NodePredicate[] | undefined) {}
  copy(): this {
    return this;
  }
}

/**
 * Pods with volume claims wait until their claims are bound, and go where the bound
 * volumes can be reached. Binding claims at scheduling time (WaitForFirstConsumer) is
 * refused in words, since nothing here provisions.
 */
export class VolumeBinding implements PreFilterPlugin, FilterPlugin {
  readonly name = 'VolumeBinding';

  constructor(private readonly context: PluginContext) {}

  preFilter(cycle: CycleState, pod: PodInfo): PreFilterResult {
    const volumeNames: string[] = [];
    let claims = 0;
    let unbound = 0;
    for (const volume of pod.pod.spec?.volumes ?? []) {
      const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.name}-${volume.name}` : '');
      if (!name) continue;
      claims += 1;
      const claim = this.context.objects.persistentVolumeClaim(pod.namespace, name);
      const rejection = examine(claim, name, volume.ephemeral !== undefined);
      if (rejection) return { kind: 'reject', rejection };
      const bound = boundTo(claim);
      if (bound !== undefined) volumeNames.push(bound);
      else if (!this.isDelayed(claim)) return { kind: 'reject', rejection: unboundImmediate };
      else unbound += 1;
    }
    if (claims === 0) return { kind: 'skip' };
    if (unbound > 0) return { kind: 'reject', rejection: nothingToBind };
    cycle.write('VolumeBinding', new State(this.reachability(volumeNames)));
    return { kind: 'proceed' };
  }

  filter(cycle: CycleState, _pod: PodInfo, node: NodeInfo): Verdict {
    const state = cycle.read<State>('VolumeBinding');
    if (!state) return undefined;
    if (!state.predicates) return lost;
    return state.predicates.every((matches) => matches(node)) ? undefined : conflict;
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean =>
    event.resource.startsWith('Persistent') ||
    event.resource === 'StorageClass' ||
    (event.resource === 'Node' && event.action !== 'delete') ||
    (event.resource === 'Pod' && event.pod.key === pod.key);

  private isDelayed(claim: corev1.PersistentVolumeClaim | undefined): boolean {
    const mode = this.context.objects.storageClassBindingMode(claim?.spec?.storageClassName ?? '');
    return mode === 'WaitForFirstConsumer';
  }

  /** Where each volume can be reached; undefined when one is not there. */
  private reachability(volumeNames: readonly string[]): NodePredicate[] | undefined {
    const predicates: NodePredicate[] = [];
    for (const name of volumeNames) {
      const volume = this.context.objects.persistentVolume(name);
      if (!volume) return undefined;
      const terms = volume.spec?.nodeAffinity?.required?.nodeSelectorTerms;
      if (!terms) continue;
      const compiled = terms.map(compileNodeTerm);
      predicates.push((node) => compiled.some((matches) => matches(node)));
    }
    return predicates;
  }
}

/** Why a pod cannot have this claim anywhere now. */
function examine(
  claim: corev1.PersistentVolumeClaim | undefined,
  name: string,
  ephemeral: boolean,
): Rejection | undefined {
  const quoted = `persistentvolumeclaim "${name}"`;
  if (!claim)
    return unresolvable(
      ephemeral ? `waiting for ephemeral volume controller to create the ${quoted}` : `${quoted} not found`,
    );
  if (claim.status?.phase === 'Lost')
    return unresolvable(`${quoted} bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`);
  if (claim.metadata?.deletionTimestamp) return unresolvable(`${quoted} is being deleted`);
  return undefined;
}

/** The volume that a claim is bound to for good. */
function boundTo(claim: corev1.PersistentVolumeClaim | undefined): string | undefined {
  const completed = claim?.metadata?.annotations?.['pv.kubernetes.io/bind-completed'] !== undefined;
  return completed ? claim.spec?.volumeName || undefined : undefined;
}
