import { Kinds, type coordinationv1, type corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { Registry } from '../registry/registry';
import type { ResourceView } from '../operations/resource-view';

/** The components that lead by a lease: by the name that their users know. */
const leaders: ReadonlyMap<string, string> = new Map([
  ['scheduler', 'kube-scheduler'],
  ['controller-manager', 'kube-controller-manager'],
]);

/** How long a lease without a duration counts. */
const defaultSeconds = 15;

/**
 * How the store, the scheduler and the controller manager are. Upstream asks their ports on its
 * own machine; here they may be anywhere, and are well as long as one of them renews its lease.
 * Upstream: pkg/registry/core/componentstatus.
 */
export function componentStatuses(registry: Registry, store: Store, clock: Clock): ResourceView {
  return {
    async list() {
      await registry.of(Kinds.Lease).refresh();
      const led = [...leaders].map(async ([name, lease]) => {
        const found = await registry.get(Kinds.Lease, { namespace: 'kube-system', name: lease });
        return status(name, leaseProblem(lease, found, clock.now()));
      });
      return [...(await Promise.all(led)), status('etcd-0', await storeProblem(store))];
    },
  };
}

async function storeProblem(store: Store): Promise<string | undefined> {
  try {
    await store.currentRevision();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function leaseProblem(name: string, lease: coordinationv1.Lease | undefined, now: number): string | undefined {
  const { renewTime, holderIdentity, leaseDurationSeconds = defaultSeconds } = lease?.spec ?? {};
  if (!renewTime || !holderIdentity) return `nobody holds the lease kube-system/${name}`;
  const isFresh = Date.parse(renewTime) + leaseDurationSeconds * 1000 >= now;
  return isFresh ? undefined : `the lease kube-system/${name} was last renewed at ${renewTime}`;
}

function status(name: string, problem: string | undefined): corev1.ComponentStatus {
  const condition: corev1.ComponentCondition =
    problem === undefined
      ? { type: 'Healthy', status: 'True', message: 'ok' }
      : { type: 'Healthy', status: 'False', message: problem, error: problem };
  return { kind: 'ComponentStatus', apiVersion: 'v1', metadata: { name }, conditions: [condition] };
}
