import type { QuotaEvaluator } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

function nodePortsOf({ type, ports, allocateLoadBalancerNodePorts }: corev1.ServiceSpec): number {
  const all = ports?.length ?? 0;
  if (type === 'NodePort') return all;
  if (type !== 'LoadBalancer') return 0;
  return allocateLoadBalancerNodePorts === false ? (ports ?? []).filter(({ nodePort }) => nodePort).length : all;
}

const serviceResources = ['services', 'services.nodeports', 'services.loadbalancers', 'count/services'];

export const serviceQuota: QuotaEvaluator = {
  group: '',
  plural: 'services',
  countsUpdates: true,
  counts: (name) => serviceResources.includes(name),
  usage(object) {
    const { spec = {} } = object as corev1.Service;
    return {
      services: '1',
      'count/services': '1',
      'services.nodeports': String(nodePortsOf(spec)),
      'services.loadbalancers': spec.type === 'LoadBalancer' ? '1' : '0',
    };
  },
};
