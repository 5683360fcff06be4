import { sameValue, type Strategy } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';

type Spec = corev1.ServiceSpec;

const hasAddress = ({ type }: Spec): boolean => type !== 'ExternalName';

const hasNodePorts = ({ type }: Spec): boolean => type === 'NodePort' || type === 'LoadBalancer';

const isBalanced = ({ type }: Spec): boolean => type === 'LoadBalancer';

const isReachable = (spec: Spec): boolean =>
  hasNodePorts(spec) || (spec.type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);

/** Whether a load balancer asks nodes, on a port of their own, whether they have an endpoint. */
export const hasHealthPort = (spec: Spec): boolean => isBalanced(spec) && spec.externalTrafficPolicy === 'Local';

/** Clients that know `clusterIP` alone write nothing, or what was, into `clusterIPs`. As NormalizeClusterIPs. */
function pairAddresses(spec: Spec, before: Spec | undefined): void {
  const isChanged = before !== undefined && (spec.clusterIP ?? '') !== (before.clusterIP ?? '');
  const isLeft = isChanged && sameValue(spec.clusterIPs ?? [], before.clusterIPs ?? []);
  if (spec.clusterIPs?.length && !isLeft) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

const nodePortsOf = ({ ports }: Spec): number[] =>
  (ports ?? []).flatMap(({ nodePort }) => (nodePort ? [nodePort] : []));

/** Ports keep their number on the nodes by their name, unless another one took it over. */
function keepNodePorts(spec: Spec, before: Spec): void {
  const wanted = new Set(nodePortsOf(spec));
  const taken = new Set(nodePortsOf(before).filter((port) => wanted.has(port)));
  const byName = new Map((before.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]));
  for (const port of spec.ports ?? []) {
    const kept = byName.get(port.name ?? '');
    if (!port.nodePort && kept && !taken.has(kept)) port.nodePort = kept;
  }
}

/** A client that replaces a Service may leave out what it was given. As patchAllocatedValues. */
function keepGiven(spec: Spec, before: Spec): void {
  if (hasAddress(before) && hasAddress(spec)) {
    if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP;
    if (!spec.clusterIPs?.length && before.clusterIPs?.length) spec.clusterIPs = [...before.clusterIPs];
  }
  if (hasNodePorts(before) && hasNodePorts(spec)) keepNodePorts(spec, before);
  if (hasHealthPort(before) && hasHealthPort(spec) && !spec.healthCheckNodePort && before.healthCheckNodePort)
    spec.healthCheckNodePort = before.healthCheckNodePort;
}

/**
 * Another type has no use for some of what the old one had. It goes, unless the
 * client changed it too: then it is for validation to refuse. As dropTypeDependentFields.
 */
function dropUseless(spec: Spec, before: Spec): void {
  const dropUnchanged = (...fields: (keyof Spec)[]): void => {
    for (const field of fields) if (sameValue(spec[field], before[field])) delete spec[field];
  };
  if (hasAddress(before) && !hasAddress(spec)) {
    if (sameValue([spec.clusterIP, spec.clusterIPs], [before.clusterIP, before.clusterIPs]))
      dropUnchanged('clusterIP', 'clusterIPs');
    dropUnchanged('ipFamilies', 'ipFamilyPolicy');
  }
  const held = new Set(nodePortsOf(before));
  if (hasNodePorts(before) && !hasNodePorts(spec) && nodePortsOf(spec).every((port) => held.has(port)))
    for (const port of spec.ports ?? []) delete port.nodePort;
  if (hasHealthPort(before) && !hasHealthPort(spec)) dropUnchanged('healthCheckNodePort');
  if (isBalanced(before) && !isBalanced(spec)) dropUnchanged('allocateLoadBalancerNodePorts', 'loadBalancerClass');
  if (isReachable(before) && !isReachable(spec)) dropUnchanged('externalTrafficPolicy');
}

/** Upstream: pkg/registry/core/service. */
export const serviceStrategy: Strategy<corev1.Service> = {
  prepareForCreate({ spec = {} }) {
    pairAddresses(spec, undefined);
  },
  prepareForUpdate(service, { spec: before = {} }, subresource) {
    if (subresource === 'status') return;
    const spec = (service.spec ??= {});
    pairAddresses(spec, before);
    keepGiven(spec, before);
    dropUseless(spec, before);
    // How a load balancer is taken away, and when, is nothing that its owner has to know.
    if (!isBalanced(spec)) service.status = { ...service.status, loadBalancer: {} };
  },
};
