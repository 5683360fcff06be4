import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { limitRanger } from './plugin';

const withLimits = (...limits: corev1.LimitRangeItem[]) =>
  limitRanger(readerOf([Kinds.LimitRange, { metadata: { name: 'l', namespace: 'default' }, spec: { limits } }]));

async function admitted(plugin: ReturnType<typeof limitRanger>, spec: corev1.PodSpec): Promise<corev1.Pod> {
  const pod: corev1.Pod = { metadata: { name: 'p' }, spec };
  return admit(plugin, requestFor('pods', pod));
}

describe('LimitRanger', () => {
  it('gives containers what they do not say, and tells so', async () => {
    const plugin = withLimits({
      type: 'Container',
      default: { cpu: '1', memory: '1Gi' },
      defaultRequest: { cpu: '100m' },
    });
    const pod = await admitted(plugin, {
      containers: [{ name: 'a' }, { name: 'b', resources: { limits: { cpu: '2', memory: '2Gi' } } }],
      initContainers: [{ name: 'i', resources: { requests: { cpu: '1m' }, limits: { cpu: '1' } } }],
    });
    expect(pod.spec?.containers?.map(({ resources }) => resources)).toEqual([
      { requests: { cpu: '100m' }, limits: { cpu: '1', memory: '1Gi' } },
      { requests: { cpu: '100m' }, limits: { cpu: '2', memory: '2Gi' } },
    ]);
    expect(pod.metadata?.annotations?.['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu request for container a; cpu, memory limit for container a; cpu request for container b; memory limit for init container i',
    );
  });

  it.each([
    [{ min: { cpu: '100m' } }, {}, 'minimum cpu usage per Container is 100m.  No request is specified'],
    [
      { min: { cpu: '100m' } },
      { requests: { cpu: '50m' } },
      'minimum cpu usage per Container is 100m, but request is 50m',
    ],
    [
      { min: { cpu: '100m' } },
      { requests: { cpu: '100m' }, limits: { cpu: '99m' } },
      'minimum cpu usage per Container is 100m, but limit is 99m',
    ],
    [{ max: { memory: '1Gi' } }, {}, 'maximum memory usage per Container is 1Gi.  No limit is specified'],
    [
      { max: { memory: '1Gi' } },
      { limits: { memory: '1025Mi' } },
      'maximum memory usage per Container is 1Gi, but limit is 1025Mi',
    ],
    [
      { max: { memory: '1Gi' } },
      { limits: { memory: '1Gi' }, requests: { memory: '2Gi' } },
      'maximum memory usage per Container is 1Gi, but request is 2Gi',
    ],
    [
      { maxLimitRequestRatio: { cpu: '1500m' } },
      { limits: { cpu: '1' }, requests: { cpu: '600m' } },
      'cpu max limit to request ratio per Container is 1500m, but provided ratio is 1.666667',
    ],
    [
      { maxLimitRequestRatio: { cpu: '2' } },
      { limits: { cpu: '1' } },
      'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
    ],
    [
      { min: { cpu: '1' }, max: { memory: '1' } },
      { requests: { cpu: '1m' }, limits: { memory: '2' } },
      '[minimum cpu usage per Container is 1, but request is 1m, maximum memory usage per Container is 1, but limit is 2]',
    ],
  ] satisfies [corev1.LimitRangeItem, corev1.ResourceRequirements, string][])(
    'refuses a container outside of %j',
    async (bounds, resources, message) => {
      const plugin = withLimits({ type: 'Container', ...bounds });
      await expect(admitted(plugin, { containers: [{ name: 'c', resources }] })).rejects.toMatchObject({
        code: 403,
        message: `pods "p" is forbidden: ${message}`,
      });
    },
  );

  it('counts all containers of a pod together, or the largest init container', async () => {
    const plugin = withLimits({ type: 'Pod', max: { cpu: '1' } });
    const uses = (cpu: string): Pick<corev1.Container, 'resources'> => ({
      resources: { limits: { cpu }, requests: { cpu } },
    });
    const two = [
      { name: 'a', ...uses('500m') },
      { name: 'b', ...uses('500m') },
    ];
    await admitted(plugin, { containers: two, initContainers: [{ name: 'i', ...uses('1') }] });
    await expect(
      admitted(plugin, { containers: two, initContainers: [{ name: 'i', ...uses('1001m') }] }),
    ).rejects.toThrow('maximum cpu usage per Pod is 1, but limit is 1001m');
  });

  it('bounds what claims ask for', async () => {
    const plugin = withLimits({ type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } });
    const claim = (storage: string) =>
      admit(
        plugin,
        requestFor('persistentvolumeclaims', {
          metadata: { name: 'c' },
          spec: { resources: { requests: { storage } } },
        } satisfies corev1.PersistentVolumeClaim),
      );
    await claim('2Gi');
    await expect(claim('3Gi')).rejects.toThrow(
      'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi',
    );
    await expect(claim('1Mi')).rejects.toThrow(
      'minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi',
    );
  });
});
