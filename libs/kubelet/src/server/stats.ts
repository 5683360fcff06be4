import type { skiffnodev1 } from '@skiff/contracts';
import type { ServedNode } from './served-node';

/** What the node and each of its running containers use now. */
export async function nodeStats(served: ServedNode): Promise<skiffnodev1.StatsResponse> {
  const { cgroups, cgroupRoot, clock, manager, runtime } = served;
  const [usages, node] = await Promise.all([runtime.containerStats(), cgroups.usage(cgroupRoot)]);
  const pods = manager.pods().map((pod): skiffnodev1.PodStats => {
    const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
    const own = usages.filter((usage) => usage.podUid === uid);
    return {
      namespace,
      name,
      uid,
      containers: own.map((usage) => ({
        name: usage.name,
        cpuUsageNanoseconds: usage.cpuNanoseconds,
        memoryWorkingSetBytes: usage.memoryWorkingSetBytes,
      })),
    };
  });
  return {
    timeMilliseconds: Math.round(clock.now()),
    nodeCpuUsageNanoseconds: node?.cpuNanoseconds ?? 0,
    nodeMemoryWorkingSetBytes: node?.memoryWorkingSetBytes ?? 0,
    pods: pods.filter(({ containers }) => (containers ?? []).length > 0),
  };
}
