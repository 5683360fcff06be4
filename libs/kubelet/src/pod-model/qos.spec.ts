import type { corev1 } from '@skiff/contracts';
import { qosClass } from '@skiff/resources';
import { aPod } from '../testing/pods';
import { cpuShares, oomScoreAdjust, podCgroup, podCgroupLimits } from './qos';

const withResources = (resources: corev1.ResourceRequirements): corev1.Pod =>
  aPod({ containers: [{ name: 'c', resources }] });

describe('the quality of service of a pod', () => {
  const guaranteed = withResources({ limits: { cpu: '500m', memory: '1Gi' } });
  const burstable = withResources({ requests: { cpu: '100m', memory: '1Gi' } });

  it('follows its requests and limits', () => {
    expect(qosClass(aPod())).toBe('BestEffort');
    expect(qosClass(burstable)).toBe('Burstable');
    expect(qosClass(guaranteed)).toBe('Guaranteed');
  });

  it('places and limits its cgroup', () => {
    expect(podCgroup('/kubepods', aPod())).toBe('/kubepods/besteffort/poduid');
    expect(podCgroup('/kubepods', guaranteed)).toBe('/kubepods/poduid');
    expect(podCgroupLimits(guaranteed)).toEqual({ cpuShares: 2, cpuQuota: 50_000, memoryBytes: 2 ** 30 });
    expect(podCgroupLimits(burstable)).toEqual({ cpuShares: 102, cpuQuota: 0, memoryBytes: 0 });
  });

  it('says who is killed first when memory runs out', () => {
    const score = (pod: corev1.Pod): number => oomScoreAdjust(pod, pod.spec?.containers?.[0] ?? {}, 4 * 2 ** 30);
    expect([score(guaranteed), score(burstable), score(aPod())]).toEqual([-997, 750, 1000]);
    expect(cpuShares(0)).toBe(2);
  });
});
