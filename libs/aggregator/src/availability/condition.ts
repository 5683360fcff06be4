import { sameValue } from '@skiff/apimachinery';
import type { apiregistrationv1, corev1, discoveryv1 } from '@skiff/contracts';
import type { RemoteService } from '../remote-service';

type APIService = apiregistrationv1.APIService;
type Condition = apiregistrationv1.APIServiceCondition;

/** Whether an APIService can be asked, and why. */
export interface Availability {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export const localAvailability: Availability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

export const passed: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' };

const quoted = (text: string): string => JSON.stringify(text);
const unavailable = (reason: string, message: string): Availability => ({ status: 'False', reason, message });

export const failedDiscovery = (message: string): Availability => unavailable('FailedDiscoveryCheck', message);

export const serviceAccessError = ({ name, namespace }: RemoteService, why: string): Availability => ({
  status: 'Unknown',
  reason: 'ServiceAccessError',
  message: `service/${name} in ${quoted(namespace)} cannot be checked due to: ${why}`,
});

/**
 * What keeps a Service from being asked, as its objects tell; undefined when it may be asked.
 * Upstream: staging/src/k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go.
 */
export function serviceProblem(
  { name, namespace, port }: RemoteService,
  service: corev1.Service | undefined,
  slices: readonly discoveryv1.EndpointSlice[],
): Availability | undefined {
  const named = `service/${name} in ${quoted(namespace)}`;
  if (!service) return unavailable('ServiceNotFound', `${named} is not present`);
  // Others have no ports or no endpoints that could be looked at.
  if (service.spec?.type !== 'ClusterIP') return undefined;
  const found = service.spec.ports?.find((candidate) => candidate.port === port);
  if (!found) return unavailable('ServicePortError', `${named} is not listening on port ${port}`);
  if (slices.length === 0) return unavailable('EndpointsNotFound', `cannot find endpointslices for ${named}`);
  const portName = found.name ?? '';
  if (slices.some((slice) => hasEndpoint(slice, portName))) return undefined;
  const message = `endpointslices for ${named} have no addresses with port name ${quoted(portName)}`;
  return unavailable('MissingEndpoints', message);
}

const hasEndpoint = ({ endpoints, ports }: discoveryv1.EndpointSlice, portName: string): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false) &&
  (ports ?? []).some(({ name, port }) => (name ?? '') === portName && port !== undefined);

/** The APIService with this availability; itself when that is what it says already. */
export function withAvailability(apiService: APIService, availability: Availability, now: string): APIService {
  const conditions = apiService.status?.conditions ?? [];
  const before = conditions.find(({ type }) => type === 'Available');
  const lastTransitionTime = before?.status === availability.status ? before.lastTransitionTime : now;
  const condition: Condition = { type: 'Available', ...availability, lastTransitionTime };
  if (before && sameValue(before, condition)) return apiService;
  const others = conditions.filter((one) => one !== before);
  return { ...apiService, status: { ...apiService.status, conditions: [...others, condition] } };
}
