import { Kinds, type corev1 } from '@skiff/contracts';
import { admit, readerOf, requestFor } from '../testing';
import { podTopologyLabels } from './plugin';

it('PodTopologyLabels gives bound pods zone and region of their node, where they have none', async () => {
  const labels = { 'topology.kubernetes.io/zone': 'z1', 'topology.kubernetes.io/region': 'r1', other: 'x' };
  const plugin = podTopologyLabels(readerOf([Kinds.Node, { metadata: { name: 'n', labels } }]));
  const binding: corev1.Binding = {
    metadata: { name: 'p', labels: { 'topology.kubernetes.io/zone': 'own' } },
    target: { kind: 'Node', name: 'n' },
  };
  const bound = await admit(plugin, requestFor('pods/binding', binding));
  expect(bound.metadata?.labels).toEqual({
    'topology.kubernetes.io/zone': 'own',
    'topology.kubernetes.io/region': 'r1',
  });
  const pod: corev1.Pod = { metadata: { name: 'p' }, spec: { nodeName: 'n', containers: [] } };
  const created = await admit(plugin, requestFor('pods', pod));
  expect(Object.keys(created.metadata?.labels ?? {})).toHaveLength(2);
  const elsewhere: corev1.Binding = { metadata: { name: 'p' }, target: { kind: 'Node', name: 'unknown' } };
  expect((await admit(plugin, requestFor('pods/binding', elsewhere))).metadata).toEqual({ name: 'p' });
});
