import type { Strategy } from '@skiff/apimachinery';
import type { apiregistrationv1 } from '@skiff/contracts';

type APIService = apiregistrationv1.APIService;

/** The condition of an APIService that no other server stands behind; without a time. */
export const localCondition = {
  type: 'Available',
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
} as const;

/**
 * What this server serves itself is available from the start.
 * Upstream: staging/src/k8s.io/kube-aggregator/pkg/registry/apiservice/strategy.go.
 */
export const apiServiceStrategy: Strategy<APIService> = {
  prepareForCreate(service, { now }) {
    service.status = service.spec?.service ? {} : { conditions: [{ ...localCondition, lastTransitionTime: now }] };
  },
};
