import { age, ageColumn, column, humanDuration, nameColumn, type Table } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const restartable = (container: corev1.Container | undefined): boolean => container?.restartPolicy === 'Always';

/** What the STATUS column says of a pod, as upstream's printPod decides. */
export function podStatus(pod: corev1.Pod): string {
  const { spec, status, metadata } = pod;
  let reason = status?.reason || status?.phase || '';
  if (status?.conditions?.some(({ type, reason: why }) => type === 'PodScheduled' && why === 'SchedulingGated'))
    reason = 'SchedulingGated';
  const initial = initStatus(pod);
  if (initial !== undefined) reason = initial;
  const initializing = initial !== undefined;
  const ready =
    status?.conditions?.some(({ type, status: value }) => type === 'Initialized' && value === 'True') ?? false;
  if (!initializing || ready) {
    let running = false;
    for (const container of [...(status?.containerStatuses ?? [])].reverse()) {
      const { waiting, terminated } = container.state ?? {};
      if (waiting?.reason) reason = waiting.reason;
      else if (terminated?.reason) reason = terminated.reason;
      else if (terminated)
        reason = terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode ?? 0}`;
      else if (container.ready && container.state?.running) running = true;
    }
    if (reason === 'Completed' && running)
      reason = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')
        ? 'Running'
        : 'NotReady';
  }
  if (!metadata?.deletionTimestamp) return reason;
  if (status?.reason === 'NodeLost') return 'Unknown';
  return status?.phase === 'Failed' || status?.phase === 'Succeeded' ? reason : spec ? 'Terminating' : reason;
}

function initStatus({ spec, status }: corev1.Pod): string | undefined {
  const containers = spec?.initContainers ?? [];
  const sidecars = namesOf(containers.filter(restartable));
  for (const [index, container] of (status?.initContainerStatuses ?? []).entries()) {
    const { waiting, terminated } = container.state ?? {};
    if (terminated && !terminated.exitCode) continue;
    if (container.started && sidecars.has(container.name)) continue;
    if (terminated)
      return terminated.reason
        ? `Init:${terminated.reason}`
        : terminated.signal
          ? `Init:Signal:${terminated.signal}`
          : `Init:ExitCode:${terminated.exitCode}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return `Init:${index}/${containers.length}`;
  }
  return undefined;
}

function restarts(pod: corev1.Pod, now: number): string {
  const statuses = pod.status?.containerStatuses ?? [];
  const total = statuses.reduce((sum, { restartCount }) => sum + (restartCount ?? 0), 0);
  const finished = statuses
    .map(({ lastState }) => lastState?.terminated?.finishedAt)
    .filter((time): time is string => Boolean(time))
    .sort()
    .at(-1);
  return total > 0 && finished ? `${total} (${humanDuration(now - Date.parse(finished))} ago)` : String(total);
}

const namesOf = (containers: readonly corev1.Container[]): ReadonlySet<string | undefined> =>
  new Set(containers.map(({ name }) => name));

function podCells(pod: corev1.Pod, now: number): unknown[] {
  const { spec, status, metadata } = pod;
  const sidecars = (spec?.initContainers ?? []).filter(restartable);
  const restarting = namesOf(sidecars);
  const ready =
    (status?.containerStatuses ?? []).filter((container) => container.ready).length +
    (status?.initContainerStatuses ?? []).filter((container) => container.ready && restarting.has(container.name))
      .length;
  const gates = spec?.readinessGates ?? [];
  const holding = new Set(
    status?.conditions?.filter((condition) => condition.status === 'True').map(({ type }) => type),
  );
  const passed = gates.filter(({ conditionType }) => holding.has(conditionType)).length;
  return [
    metadata?.name ?? '',
    `${ready}/${(spec?.containers?.length ?? 0) + sidecars.length}`,
    podStatus(pod),
    restarts(pod, now),
    age(metadata?.creationTimestamp, now),
    status?.podIPs?.[0]?.ip || status?.podIP || '<none>',
    spec?.nodeName || '<none>',
    status?.nominatedNodeName || '<none>',
    gates.length ? `${passed}/${gates.length}` : '<none>',
  ];
}

export const podTable: Table<corev1.Pod> = {
  columns: [
    nameColumn,
    column('Ready', 'How many of its containers are ready.'),
    column('Status', 'What the pod is doing.'),
    column('Restarts', 'How often its containers have been restarted, and when last.'),
    ageColumn,
    column('IP', 'Address of the pod.', { wide: true }),
    column('Node', 'The node it is bound to.', { wide: true }),
    column('Nominated Node', 'The node that is being cleared for it.', { wide: true }),
    column('Readiness Gates', 'How many of its readiness gates have passed.', { wide: true }),
  ],
  cells: podCells,
};
