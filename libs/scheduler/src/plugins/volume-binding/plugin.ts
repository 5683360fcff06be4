import type { ClusterEvent } from '../../framework/cluster-event';
import type { CycleState } from '../../framework/cycle-state';
import type { FilterPlugin, PluginContext, PreFilterPlugin, PreFilterResult } from '../../framework/plugin';
import { unresolvable, type Rejection, type Verdict } from '../../framework/verdict';
import type { NodeInfo } from '../../snapshot/node-info';
import type { PodInfo } from '../../snapshot/pod-info';
import { compileNodeTerm, type NodePredicate } from '../node-affinity/node-selector';

const conflict = unresolvable("node(s) didn't match PersistentVolume's node affinity");

class State {
  constructor(readonly predicates: readonly NodePredicate[]) {}
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
    const predicates: NodePredicate[] = [];
    let claims = 0;
    for (const volume of pod.pod.spec?.volumes ?? []) {
      const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.name}-${volume.name}` : '');
      if (!name) continue;
      claims += 1;
      const rejection = this.examine(pod, name, predicates);
      if (rejection) return { kind: 'reject', rejection };
    }
    if (claims === 0) return { kind: 'skip' };
    cycle.write('VolumeBinding', new State(predicates));
    return { kind: 'proceed' };
  }

  filter(cycle: CycleState, _pod: PodInfo, node: NodeInfo): Verdict {
    const predicates = cycle.read<State>('VolumeBinding')?.predicates ?? [];
    return predicates.every((matches) => matches(node)) ? undefined : conflict;
  }

  readonly queueingHint = (pod: PodInfo, event: ClusterEvent): boolean =>
    event.resource.startsWith('Persistent') ||
    event.resource === 'StorageClass' ||
    (event.resource === 'Node' && event.action !== 'delete') ||
    (event.resource === 'Pod' && event.pod.key === pod.key);

  private examine(pod: PodInfo, name: string, predicates: NodePredicate[]): Rejection | undefined {
    const { objects } = this.context;
    const claim = objects.persistentVolumeClaim(pod.namespace, name);
    if (!claim) return unresolvable(`persistentvolumeclaim "${name}" not found`);
    if (claim.metadata?.deletionTimestamp) return unresolvable(`persistentvolumeclaim "${name}" is being deleted`);
    if (claim.status?.phase === 'Lost')
      return unresolvable(
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec?.volumeName ?? ''}"`,
      );
    const volumeName = claim.spec?.volumeName;
    if (!volumeName || claim.metadata?.annotations?.['pv.kubernetes.io/bind-completed'] === undefined) {
      const delayed = objects.storageClassBindingMode(claim.spec?.storageClassName ?? '') === 'WaitForFirstConsumer';
      return unresolvable(
        delayed
          ? "node(s) didn't find available persistent volumes to bind"
          : 'pod has unbound immediate PersistentVolumeClaims',
      );
    }
    const terms = objects.persistentVolume(volumeName)?.spec?.nodeAffinity?.required?.nodeSelectorTerms;
    if (terms) {
      const compiled = terms.map(compileNodeTerm);
      predicates.push((node) => compiled.some((matches) => matches(node)));
    }
    return undefined;
  }
}
