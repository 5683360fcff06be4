import type { corev1 } from '@skiff/contracts';
import { RuntimeAnnotations } from '../runtime/labels';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import type { SandboxStatus } from '../runtime/sandbox-service';
import { containerHash } from '../pod-model/container-hash';

/** A pod named `p` with one container `c`, unless told otherwise. */
export function aPod(spec: corev1.PodSpec = {}, metadata: corev1.Pod['metadata'] = {}): corev1.Pod {
  return {
    metadata: { name: 'p', namespace: 'ns', uid: 'uid', generation: 1, ...metadata },
    spec: { restartPolicy: 'Always', containers: [{ name: 'c', image: 'i' }], ...spec },
  };
}

export function aSandbox(change: Partial<SandboxStatus> = {}): SandboxStatus {
  return {
    id: 's0',
    podUid: 'uid',
    podName: 'p',
    podNamespace: 'ns',
    attempt: 0,
    ready: true,
    createdAt: 1000,
    labels: {},
    annotations: {},
    ips: ['10.0.0.2'],
    ...change,
  };
}

/** A running container of image `i`. */
export function aContainer(name: string, change: Partial<RuntimeContainerStatus> = {}): RuntimeContainerStatus {
  return {
    id: `${name}-id`,
    sandboxId: 's0',
    podUid: 'uid',
    name,
    attempt: 0,
    phase: 'running',
    createdAt: 2000,
    labels: {},
    annotations: {
      [RuntimeAnnotations.containerHash]: containerHash({ name, image: 'i' }),
      [RuntimeAnnotations.restartCount]: '0',
    },
    image: 'i',
    imageRef: 'sha256:1',
    startedAt: 3000,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    logPath: '',
    ...change,
  };
}

export function exited(
  name: string,
  exitCode: number,
  change: Partial<RuntimeContainerStatus> = {},
): RuntimeContainerStatus {
  return aContainer(name, {
    phase: 'exited',
    exitCode,
    finishedAt: 4000,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    ...change,
  });
}
