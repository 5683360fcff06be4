import type { corev1 } from '@skiff/contracts';
import { writes, type AdmissionPlugin } from '@skiff/api-server/admission';

const key = 'node.kubernetes.io/not-ready';

/** A new node gets no pods before it is seen to be Ready. */
export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  mutate(request) {
    if (request.operation !== 'CREATE' || !writes(request, '', 'nodes')) return;
    const node = request.object as corev1.Node;
    node.spec ??= {};
    const { taints = [] } = node.spec;
    if (!taints.some((taint) => taint.key === key && taint.effect === 'NoSchedule'))
      node.spec.taints = [...taints, { key, effect: 'NoSchedule' }];
  },
};
