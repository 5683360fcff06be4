import { Kinds, type corev1 } from '@skiff/contracts';
import { quantityToNano } from '@skiff/api';
import { mergeLabelKeys } from './label-keys';
import { strategyFor } from './strategy';

type Amounts = Readonly<Record<string, string>> | undefined;

/** Resources that decide a pod's quality of service. */
const counted = ['cpu', 'memory'] as const;

/** The quality of service class of a pod, by upstream's rules. */
export function qosClass({ spec }: corev1.Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const asksNothing = containers.every(({ resources }) => !asks(resources?.requests) && !asks(resources?.limits));
  if (asksNothing) return 'BestEffort';
  const guaranteed = containers.every(({ resources }) =>
    counted.every((name) => {
      const limit = resources?.limits?.[name];
      const request = resources?.requests?.[name] ?? limit;
      return limit !== undefined && request !== undefined && quantityToNano(limit) === quantityToNano(request);
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function asks(amounts: Amounts): boolean {
  return counted.some((name) => {
    const amount = amounts?.[name];
    return amount !== undefined && quantityToNano(amount) !== 0n;
  });
}

/** Said from the first moment on of a pod that may not be scheduled yet. */
const gated: corev1.PodCondition = {
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
};

export const podStrategy = strategyFor(Kinds.Pod, {
  prepareCreate(pod) {
    pod.status = { phase: 'Pending', qosClass: qosClass(pod) };
    if (pod.spec?.schedulingGates?.length) pod.status.conditions = [gated];
    mergeLabelKeys(pod);
  },
});
