import type { corev1 } from '@skiff/contracts';
import { createdPod, writes, type AdmissionPlugin } from '@skiff/api-server/admission';

const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** A pod stays on a lost node for five minutes, unless it says otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(request) {
    const updated = request.operation === 'UPDATE' && writes(request, '', 'pods');
    const pod = updated ? (request.object as corev1.Pod) : createdPod(request);
    if (!pod?.spec) return;
    const { tolerations = [] } = pod.spec;
    const missing = taints.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key)));
    if (missing.length === 0) return;
    pod.spec.tolerations = [
      ...tolerations,
      ...missing.map((key) => ({
        key,
        operator: 'Exists' as const,
        effect: 'NoExecute' as const,
        tolerationSeconds: 300,
      })),
    ];
  },
};

const tolerates = ({ key, effect }: corev1.Toleration, taint: string): boolean =>
  (key === taint || !key) && (effect === 'NoExecute' || !effect);
