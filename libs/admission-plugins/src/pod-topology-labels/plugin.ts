import { Kinds, type corev1 } from '@skiff/contracts';
import type { AdmissionPlugin, AdmissionReader } from '@skiff/api-server/admission';

const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** Copies zone and region of a node to the pods that are bound to it, so that the downward API can tell them. */
export function podTopologyLabels(reader: AdmissionReader): AdmissionPlugin {
  const labelled = async <T extends corev1.Pod | corev1.Binding>(
    object: T,
    nodeName: string | undefined,
  ): Promise<T> => {
    const node = nodeName ? await reader.get(Kinds.Node, '', nodeName) : undefined;
    const labels = Object.entries(node?.metadata?.labels ?? {}).filter(([key]) => topologyLabels.includes(key));
    if (labels.length === 0) return object;
    // What the pod says itself stays.
    const all = { ...Object.fromEntries(labels), ...object.metadata?.labels };
    return { ...object, metadata: { ...object.metadata, labels: all } };
  };
  return {
    name: 'PodTopologyLabels',
    operations: ['CREATE'],
    mutate: {
      resources: ['pods', 'pods/binding'],
      run({ object, subresource }) {
        if (subresource === '') {
          const pod = object as corev1.Pod;
          return pod.spec?.nodeName ? labelled(pod, pod.spec.nodeName) : pod;
        }
        const binding = object as corev1.Binding;
        return binding.target?.kind === 'Node' ? labelled(binding, binding.target.name) : binding;
      },
    },
  };
}
