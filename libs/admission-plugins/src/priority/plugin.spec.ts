import { Kinds, type corev1, type schedulingv1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { priority } from './plugin';

describe('Priority', () => {
  const critical = { metadata: { name: 'system-node-critical' }, value: 2000001000 };
  const plugin = priority(readerOf([Kinds.PriorityClass, critical]));
  const admitted = async (spec: corev1.PodSpec): Promise<corev1.PodSpec> => {
    const pod: corev1.Pod = { metadata: { name: 'p' }, spec };
    return (await admit(plugin, requestFor('pods', pod))).spec ?? {};
  };

  it('gives the number of the class, zero without one', async () => {
    expect(await admitted({ priorityClassName: 'system-node-critical' })).toMatchObject({ priority: 2000001000 });
    expect(await admitted({})).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
  });

  it('refuses a class that is not there, and a number of one’s own', async () => {
    await expect(admitted({ priorityClassName: 'x' })).rejects.toThrow(
      'pods "p" is forbidden: no PriorityClass with name x was found',
    );
    await expect(admitted({ priority: 5 })).rejects.toThrow(
      'pods "p" is forbidden: the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    );
  });

  it('admits one default class only', async () => {
    const one: schedulingv1.PriorityClass = { metadata: { name: 'one' }, value: 1, globalDefault: true };
    const plugin = priority(readerOf([Kinds.PriorityClass, one]));
    const second = requestFor(
      'priorityclasses',
      { metadata: { name: 'two' }, globalDefault: true },
      { group: 'scheduling.k8s.io' },
    );
    await expect(admit(plugin, second)).rejects.toThrow(
      'PriorityClass one is already marked as default. Only one default can exist',
    );
  });
});
