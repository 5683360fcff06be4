import { type ErrorList, portNumber } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

const affinities = ['ClientIP', 'None'];

const policies = ['Cluster', 'Local'];

const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

const longestAffinitySeconds = 86_400;

/** Which clients stay with one endpoint, and for how long. */
export function validateAffinity({ sessionAffinity, sessionAffinityConfig }: corev1.ServiceSpec, to: ErrorList): void {
  const path = 'spec.sessionAffinityConfig';
  if (!sessionAffinity) to.required('spec.sessionAffinity');
  else if (!affinities.includes(sessionAffinity)) to.notSupported('spec.sessionAffinity', sessionAffinity, affinities);
  if (sessionAffinity === 'None' && sessionAffinityConfig)
    to.forbidden(path, 'must not be set when session affinity is None');
  if (sessionAffinity !== 'ClientIP') return;
  const when = 'when session affinity type is ClientIP';
  const { clientIP } = sessionAffinityConfig ?? {};
  const seconds = clientIP?.timeoutSeconds;
  if (!sessionAffinityConfig) to.required(path, when);
  else if (!clientIP) to.required(`${path}.clientIP`, when);
  else if (seconds === undefined) to.required(`${path}.clientIP.timeoutSeconds`, when);
  else if (seconds <= 0 || seconds > longestAffinitySeconds)
    to.invalid(
      `${path}.clientIP.timeoutSeconds`,
      seconds,
      `must be greater than 0 and less than ${longestAffinitySeconds}`,
    );
}

/** Whether a load balancer has to ask nodes whether they have an endpoint. */
export const needsHealthCheck = ({ type, externalTrafficPolicy }: corev1.ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

function validateExternalPolicy(spec: corev1.ServiceSpec, to: ErrorList): void {
  const { type, externalIPs, externalTrafficPolicy: policy = '', healthCheckNodePort: port = 0 } = spec;
  const path = 'spec.externalTrafficPolicy';
  const isReachable = type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs?.length);
  if (!isReachable) {
    if (policy !== '') to.invalid(path, policy, 'may only be set for externally-accessible services');
  } else if (policy === '') to.required(path);
  else if (!policies.includes(policy)) to.notSupported(path, policy, policies);
  const health = 'spec.healthCheckNodePort';
  if (needsHealthCheck(spec)) {
    if (port === 0) to.required(health);
    else to.all(health, port, portNumber(port));
  } else if (port !== 0)
    to.invalid(health, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
}

/** Which endpoints traffic from outside and from within may go to. */
export function validateTraffic(spec: corev1.ServiceSpec, to: ErrorList): void {
  validateExternalPolicy(spec, to);
  const { type = '', internalTrafficPolicy: policy, trafficDistribution: distribution } = spec;
  const path = 'spec.internalTrafficPolicy';
  if (policy === undefined) {
    if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(type)) to.required(path);
  } else if (!policies.includes(policy)) to.notSupported(path, policy, policies);
  if (distribution !== undefined && !distributions.includes(distribution))
    to.notSupported('spec.trafficDistribution', distribution, distributions);
}
