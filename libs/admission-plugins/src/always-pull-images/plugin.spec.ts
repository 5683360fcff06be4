import type { corev1 } from '@skiff/contracts';
import { admit, requestFor } from '../testing';
import { alwaysPullImages } from './plugin';

it('AlwaysPullImages pulls every image of a new pod, and of an update that brings one', async () => {
  const pod: corev1.Pod = { spec: { containers: [{ name: 'c', image: 'a', imagePullPolicy: 'Never' }] } };
  const admitted = await admit(alwaysPullImages, requestFor('pods', pod));
  expect(admitted.spec?.containers?.[0]?.imagePullPolicy).toBe('Always');
  const old: corev1.Pod = { spec: { containers: [{ name: 'c', image: 'a', imagePullPolicy: 'Never' }] } };
  await admit(alwaysPullImages, requestFor('pods', structuredClone(old), { operation: 'UPDATE', oldObject: old }));
});
