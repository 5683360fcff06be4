import { Kinds, type corev1 } from '@skiff/contracts';
import { createdPod, writes, type AdmissionPlugin, type AdmissionReader } from '@skiff/api-server/admission';

const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

type Labelled = Pick<corev1.Pod, 'metadata'>;

/** Copies zone and region of a node to the pods that are bound to it, so that the downward API can tell them. */
export function podTopologyLabels(reader: AdmissionReader): AdmissionPlugin {
  const label = async (object: Labelled, nodeName: string | undefined): Promise<void> => {
    const node = nodeName ? await reader.get(Kinds.Node, '', nodeName) : undefined;
    const labels = Object.entries(node?.metadata?.labels ?? {}).filter(([key]) => topologyLabels.includes(key));
    if (labels.length === 0) return;
    // What the pod says itself stays.
    object.metadata = { ...object.metadata, labels: { ...Object.fromEntries(labels), ...object.metadata?.labels } };
  };
  return {
    name: 'PodTopologyLabels',
    mutate(request) {
      const pod = createdPod(request);
      if (pod) return label(pod, pod.spec?.nodeName);
      if (!writes(request, '', 'pods', 'binding')) return;
      const binding = request.object as corev1.Binding;
      return binding.target?.kind === 'Node' ? label(binding, binding.target.name) : undefined;
    },
  };
}
