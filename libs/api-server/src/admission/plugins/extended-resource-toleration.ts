import type { corev1 } from '@skiff/contracts';
import { writes, type AdmissionPlugin } from '../admission';

const isExtended = (name: string): boolean => name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name);

/** A pod that asks for a device tolerates the taint that keeps others away from it. */
export const extendedResourceToleration: AdmissionPlugin = {
  name: 'ExtendedResourceToleration',
  mutate(request) {
    if (request.operation === 'DELETE' || !writes(request, '', 'pods')) return;
    const { spec } = request.object as corev1.Pod;
    if (!spec) return;
    const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
    const devices = containers.flatMap(({ resources }) => Object.keys(resources?.requests ?? {})).filter(isExtended);
    for (const key of [...new Set(devices)].sort()) {
      const toleration = { key, operator: 'Exists', effect: 'NoSchedule' } as const;
      const known = spec.tolerations?.some(
        (one) => one.key === key && one.operator === 'Exists' && one.effect === 'NoSchedule',
      );
      if (!known) spec.tolerations = [...(spec.tolerations ?? []), toleration];
    }
  },
};
