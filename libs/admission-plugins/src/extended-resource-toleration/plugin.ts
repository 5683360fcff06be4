import type { corev1 } from '@skiff/contracts';
import type { AdmissionPlugin } from '@skiff/api-server/admission';

const isExtended = (name: string): boolean => name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name);

/** A pod that asks for a device tolerates the taint that keeps others away from it. */
export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  operations: ['CREATE', 'UPDATE'],
  mutate: {
    resources: ['pods'],
    run({ object }) {
      const pod = object as corev1.Pod;
      const { spec } = pod;
      if (!spec) return pod;
      const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
      const devices = containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {})).filter(isExtended);
      const same = spec.tolerations?.filter(({ operator, effect }) => operator === 'Exists' && effect === 'NoSchedule');
      const known = new Set((same ?? []).map(({ key }) => key));
      const missing = [...new Set(devices)].filter((key) => !known.has(key)).sort();
      const added = missing.map((key): corev1.Toleration => ({ key, operator: 'Exists', effect: 'NoSchedule' }));
      if (added.length === 0) return pod;
      return { ...pod, spec: { ...spec, tolerations: [...(spec.tolerations ?? []), ...added] } };
    },
  },
};
