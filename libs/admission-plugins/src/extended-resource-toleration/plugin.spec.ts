import type { corev1 } from '@skiff/contracts';
import { admit, requestFor } from '../testing';
import { extendedResourceToleration } from './plugin';

it('ExtendedResourceToleration tolerates the taints of devices', async () => {
  const pod: corev1.Pod = {
    spec: { containers: [{ name: 'c', resources: { requests: { 'a.com/gpu': '1', cpu: '1' } } }] },
  };
  const admitted = await admit(extendedResourceToleration, requestFor('pods', pod));
  expect(admitted.spec?.tolerations).toEqual([{ key: 'a.com/gpu', operator: 'Exists', effect: 'NoSchedule' }]);
});
