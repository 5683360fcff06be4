import { Kinds, type corev1 } from '@skiff/contracts';
import { quantityToNano } from '@skiff/api';
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

export const podStrategy = strategyFor(Kinds.Pod, {
  prepareCreate(pod) {
    pod.status = { phase: 'Pending', qosClass: qosClass(pod) };
  },
});
