import { Kinds, type corev1, type nodev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { runtimeClass } from './plugin';

describe('RuntimeClass', () => {
  const sandboxed: nodev1.RuntimeClass = {
    metadata: { name: 'sandboxed' },
    handler: 'kata',
    overhead: { podFixed: { memory: '100Mi' } },
    scheduling: { nodeSelector: { kata: 'yes' }, tolerations: [{ key: 'kata', operator: 'Exists' }] },
  };
  const plugin = runtimeClass(readerOf([Kinds.RuntimeClass, sandboxed]));
  const admitted = async (spec: corev1.PodSpec): Promise<corev1.PodSpec> => {
    const pod: corev1.Pod = { metadata: { name: 'p' }, spec };
    return (await admit(plugin, requestFor('pods', pod))).spec ?? {};
  };

  it('gives a pod its overhead and place', async () => {
    const given = { key: 'kata', operator: 'Exists' } as const;
    expect(
      await admitted({ runtimeClassName: 'sandboxed', nodeSelector: { zone: 'a' }, tolerations: [given] }),
    ).toEqual({
      runtimeClassName: 'sandboxed',
      overhead: { memory: '100Mi' },
      nodeSelector: { zone: 'a', kata: 'yes' },
      tolerations: [given],
    });
  });

  it('refuses what does not fit to it', async () => {
    await expect(admitted({ runtimeClassName: 'none' })).rejects.toThrow(
      'pods "p" is forbidden: pod rejected: RuntimeClass "none" not found',
    );
    await expect(admitted({ overhead: { cpu: '1' } })).rejects.toThrow(
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    );
    await expect(admitted({ runtimeClassName: 'sandboxed', overhead: { memory: '1Mi' } })).rejects.toThrow(
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    );
    await expect(admitted({ runtimeClassName: 'sandboxed', nodeSelector: { kata: 'no' } })).rejects.toThrow(
      'conflict: runtimeClass.scheduling.nodeSelector[kata] = yes; pod.spec.nodeSelector[kata] = no',
    );
  });
});
