import type { skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { Kubelet } from '../kubelet';
import { findContainer, type SpecContainer } from '../pod-model/pod';
import type { PodWorker } from '../pods/worker';
import { latest } from '../pod-model/state';
import type { RuntimeContainerStatus, SandboxStatus } from '../runtime/types';

interface PodRef {
  readonly podNamespace?: string | undefined;
  readonly podName?: string | undefined;
  readonly podUid?: string | undefined;
}

/** The pod on this node that a request names. */
export function findPod(kubelet: Kubelet, { podNamespace = '', podName = '', podUid = '' }: PodRef): PodWorker {
  const worker = podUid === '' ? kubelet.manager.byName(podNamespace, podName) : kubelet.manager.byUid(podUid);
  if (worker === undefined) {
    throw new StatusError(404, 'NotFound', `pod ${podName}_${podNamespace} not found`);
  }
  return worker;
}

export interface FoundContainer {
  readonly worker: PodWorker;
  readonly spec: SpecContainer;
}

/** The container that a request names; the only one, or the first, if it names none. */
export function findSpec(kubelet: Kubelet, reference: skiffnodev1.ContainerRef | undefined): FoundContainer {
  const worker = findPod(kubelet, reference ?? {});
  const pod = worker.pod();
  const name = reference?.container || (pod.spec?.containers?.[0]?.name ?? '');
  const spec = findContainer(pod, name);
  if (spec === undefined) {
    throw new StatusError(400, 'BadRequest', `container ${name} is not valid for pod ${pod.metadata?.name ?? ''}`);
  }
  return { worker, spec };
}

/** The same, running now. */
export function findRunning(
  kubelet: Kubelet,
  reference: skiffnodev1.ContainerRef | undefined,
): FoundContainer & { status: RuntimeContainerStatus } {
  const found = findSpec(kubelet, reference);
  const status = latest(found.worker.state, found.spec.container.name);
  if (status?.phase !== 'running') {
    throw new StatusError(404, 'NotFound', `container not found ("${found.spec.container.name ?? ''}")`);
  }
  return { ...found, status };
}

/** The sandbox of a running pod. */
export function findSandbox(kubelet: Kubelet, reference: PodRef): SandboxStatus {
  const sandbox = findPod(kubelet, reference).state.sandboxes[0];
  if (sandbox?.ready !== true) {
    throw new StatusError(
      404,
      'NotFound',
      `pod not found ("${reference.podName ?? ''}_${reference.podNamespace ?? ''}")`,
    );
  }
  return sandbox;
}
