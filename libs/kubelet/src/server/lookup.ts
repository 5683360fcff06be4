import type { skiffnodev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { ServedNode } from './served-node';
import { findContainer, type SpecContainer } from '../pod-model/pod';
import type { PodWorker } from '../pods/worker';
import { latest } from '../pod-model/state';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import type { SandboxStatus } from '../runtime/sandbox-service';

interface PodRef {
  readonly podNamespace?: string | undefined;
  readonly podName?: string | undefined;
  readonly podUid?: string | undefined;
}

/** The pod on this node that a request names. */
export function findPod(node: ServedNode, { podNamespace = '', podName = '', podUid = '' }: PodRef): PodWorker {
  const worker = podUid === '' ? node.manager.byName(podNamespace, podName) : node.manager.byUid(podUid);
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
export function findSpec(node: ServedNode, reference: skiffnodev1.ContainerRef | undefined): FoundContainer {
  const worker = findPod(node, reference ?? {});
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
  node: ServedNode,
  reference: skiffnodev1.ContainerRef | undefined,
): FoundContainer & { status: RuntimeContainerStatus } {
  const found = findSpec(node, reference);
  const status = latest(found.worker.state, found.spec.container.name);
  if (status?.phase !== 'running') {
    throw new StatusError(404, 'NotFound', `container not found ("${found.spec.container.name ?? ''}")`);
  }
  return { ...found, status };
}

/** The sandbox of a running pod. */
export function findSandbox(node: ServedNode, reference: PodRef): SandboxStatus {
  const sandbox = findPod(node, reference).state.sandboxes[0];
  if (sandbox?.ready !== true) {
    throw new StatusError(
      404,
      'NotFound',
      `pod not found ("${reference.podName ?? ''}_${reference.podNamespace ?? ''}")`,
    );
  }
  return sandbox;
}
