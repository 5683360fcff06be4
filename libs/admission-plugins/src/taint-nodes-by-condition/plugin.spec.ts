import type { corev1 } from '@skiff/contracts';
import { admit, requestFor } from '../testing';
import { taintNodesByCondition } from './plugin';

it('TaintNodesByCondition keeps pods from a new node', async () => {
  const node: corev1.Node = { metadata: { name: 'n' } };
  const admitted = await admit(taintNodesByCondition, requestFor('nodes', node));
  expect(admitted.spec?.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
});
