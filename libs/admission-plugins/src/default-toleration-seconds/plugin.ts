import type { corev1 } from '@skiff/contracts';
import type { AdmissionPlugin } from '@skiff/api-server/admission';

const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** A pod stays on a lost node for five minutes, unless it says otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  operations: ['CREATE', 'UPDATE'],
  mutate: {
    resources: ['pods'],
    run({ object }) {
      const pod = object as corev1.Pod;
      if (!pod.spec) return pod;
      const { tolerations = [] } = pod.spec;
      const missing = taints.filter((key) => !tolerations.some((toleration) => tolerates(toleration, key)));
      if (missing.length === 0) return pod;
      pod.spec.tolerations = [...tolerations, ...missing.map(forFiveMinutes)];
      return pod;
    },
  },
};

const forFiveMinutes = (key: string): corev1.Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
});

const tolerates = ({ key, effect }: corev1.Toleration, taint: string): boolean =>
  (key === taint || !key) && (effect === 'NoExecute' || !effect);
