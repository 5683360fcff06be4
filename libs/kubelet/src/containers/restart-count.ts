import { readdir } from 'node:fs/promises';
import type { corev1 } from '@skiff/contracts';
import type { SpecContainer } from '../pod-model/pod';

/**
 * The restarts to count for a container that the runtime has no record of: those
 * that its status tells, or one more than its newest log, so that no log is written
 * on that is an earlier attempt's. 0 for one that never ran.
 * Upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go
 */
export async function restartsWithoutRecord(
  pod: corev1.Pod,
  spec: SpecContainer,
  logDirectory: string,
): Promise<number> {
  const names = await readdir(logDirectory).catch(() => []);
  const attempts = names.map((name) => /^(\d+)\.log(\..*)?$/.exec(name)?.[1]).filter((digits) => digits !== undefined);
  return Math.max(countOf(pod, spec), ...attempts.map((digits) => Number(digits) + 1));
}

function countOf(pod: corev1.Pod, { kind, container }: SpecContainer): number {
  const { containerStatuses, ephemeralContainerStatuses, initContainerStatuses } = pod.status ?? {};
  const lists = { main: containerStatuses, init: initContainerStatuses, ephemeral: ephemeralContainerStatuses };
  const old = lists[kind]?.find((status) => status.name === container.name);
  // While the status names an attempt that is no more, the restart is not counted yet.
  const uncounted = old?.containerID === undefined || old.containerID === '' ? 0 : 1;
  return (old?.restartCount ?? 0) + uncounted;
}
