import type { corev1 } from '@skiff/contracts';
import type { AdmissionPlugin } from '@skiff/api-server/admission';

const key = 'node.kubernetes.io/not-ready';

/** A new node gets no pods before it is seen to be Ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  operations: ['CREATE'],
  mutate: {
    resources: ['nodes'],
    run({ object }) {
      const node = object as corev1.Node;
      const taints = node.spec?.taints ?? [];
      if (taints.some((taint) => taint.key === key && taint.effect === 'NoSchedule')) return node;
      return { ...node, spec: { ...node.spec, taints: [...taints, { key, effect: 'NoSchedule' }] } };
    },
  },
};
