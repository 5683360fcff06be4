import type { corev1 } from '@skiff/contracts';
import { admit, requestFor } from '../testing';
import { defaultTolerationSeconds } from './plugin';

it('DefaultTolerationSeconds adds what a pod does not tolerate itself', async () => {
  const pod: corev1.Pod = {
    spec: { tolerations: [{ key: 'node.kubernetes.io/not-ready', operator: 'Exists', tolerationSeconds: 5 }] },
  };
  const admitted = await admit(defaultTolerationSeconds, requestFor('pods', pod));
  expect(admitted.spec?.tolerations?.map(({ key, tolerationSeconds }) => [key, tolerationSeconds])).toEqual([
    ['node.kubernetes.io/not-ready', 5],
    ['node.kubernetes.io/unreachable', 300],
  ]);
});
