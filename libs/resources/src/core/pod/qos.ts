import { quantityToNano } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

type Amounts = Readonly<Record<string, string>> | undefined;

/** Resources that decide a pod's quality of service. */
const counted = ['cpu', 'memory'] as const;

/** The quality of service class of a pod. Upstream: pkg/apis/core/v1/helper/qos/qos.go, ComputePodQOS. */
export function qosClass({ spec }: corev1.Pod): QosClass {
  const { requests, limits } = spec?.resources ?? {};
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ resources }) => resources);
  // What the pod says as a whole goes before what its containers say.
  const asking = asks(requests) || asks(limits) ? [spec?.resources] : containers;
  if (!asking.some((resources) => asks(resources?.requests) || asks(resources?.limits))) return 'BestEffort';
  return asking.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

/** Whether a limit holds for each resource, of which all is requested. */
function isGuaranteed(resources: corev1.ResourceRequirements | undefined): boolean {
  return counted.every((name) => {
    const limit = amount(resources?.limits, name);
    const request = resources?.requests?.[name] === undefined ? limit : amount(resources.requests, name);
    return limit > 0n && request === limit;
  });
}

const asks = (amounts: Amounts): boolean => counted.some((name) => amount(amounts, name) > 0n);

const amount = (amounts: Amounts, name: string): bigint => quantityToNano(amounts?.[name] ?? '0');
