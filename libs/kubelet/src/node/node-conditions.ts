import type { corev1 } from '@skiff/contracts';
import { formatTime } from '@skiff/platform';
import type { RuntimeReadiness } from '../runtime/runtime-info';

/** What a node is like now. */
export interface NodeHealth {
  readonly runtime: RuntimeReadiness | undefined;
  /** Why the runtime did not answer, if it did not. */
  readonly runtimeError: string | undefined;
  /** Why no sandbox can be made, if none can. */
  readonly sandboxProblem: string | undefined;
  readonly memoryAvailableBytes: number;
  readonly storageAvailableFraction: number;
  readonly images: readonly corev1.ContainerImage[];
}

/** Memory that is kept from pods, as upstream's default eviction threshold. */
export const evictionMemoryBytes = 100 * 2 ** 20;

/** The conditions of a node, which keep their times while they do not change. */
export function nodeConditions(
  health: NodeHealth,
  old: corev1.NodeStatus | undefined,
  now: number,
): corev1.NodeCondition[] {
  return verdicts(health).map((verdict) => dated(verdict, old, now));
}

type Verdict = Pick<corev1.NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

function verdicts(health: NodeHealth): Verdict[] {
  const memory = health.memoryAvailableBytes < evictionMemoryBytes;
  const disk = health.storageAvailableFraction < 0.1;
  return [
    memory
      ? {
          type: 'MemoryPressure',
          status: 'True',
          reason: 'KubeletHasInsufficientMemory',
          message: 'kubelet has insufficient memory available',
        }
      : {
          type: 'MemoryPressure',
          status: 'False',
          reason: 'KubeletHasSufficientMemory',
          message: 'kubelet has sufficient memory available',
        },
    disk
      ? { type: 'DiskPressure', status: 'True', reason: 'KubeletHasDiskPressure', message: 'kubelet has disk pressure' }
      : {
          type: 'DiskPressure',
          status: 'False',
          reason: 'KubeletHasNoDiskPressure',
          message: 'kubelet has no disk pressure',
        },
    {
      type: 'PIDPressure',
      status: 'False',
      reason: 'KubeletHasSufficientPID',
      message: 'kubelet has sufficient PID available',
    },
    readyCondition(health),
  ];
}

function readyCondition(health: NodeHealth): Verdict {
  const problem = nodeProblem(health);
  return problem === undefined
    ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: problem };
}

function nodeProblem({ runtime, runtimeError, sandboxProblem }: NodeHealth): string | undefined {
  if (runtimeError !== undefined) return `container runtime is down: ${runtimeError}`;
  if (runtime === undefined) return 'container runtime status check may not have completed yet';
  if (!runtime.runtimeReady)
    return `container runtime not ready: RuntimeReady=false reason:${runtime.reason} message:${runtime.message}`;
  if (sandboxProblem !== undefined) return `container runtime cannot make sandboxes: ${sandboxProblem}`;
  return networkProblem(runtime);
}

/** Why the runtime has no pod network, in upstream's words; undefined when it has. */
export function networkProblem(runtime: RuntimeReadiness | undefined): string | undefined {
  if (runtime === undefined || runtime.networkReady) return undefined;
  return `container runtime network not ready: NetworkReady=false reason:${runtime.reason} message:${runtime.message}`;
}

function dated(verdict: Verdict, old: corev1.NodeStatus | undefined, now: number): corev1.NodeCondition {
  const before = old?.conditions?.find((condition) => condition.type === verdict.type);
  const same = before?.status === verdict.status;
  return {
    ...verdict,
    lastHeartbeatTime: formatTime(now),
    lastTransitionTime: (same ? before?.lastTransitionTime : undefined) ?? formatTime(now),
  };
}
