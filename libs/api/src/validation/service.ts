import type { corev1 } from '@skiff/contracts';
import { validateLabels } from './metadata';
import { dns1123Label, dns1123Subdomain, isIP, portNumber } from './names';
import { validateAddress } from './pod';
import { validatePortOrName } from './probes';
import { child, type Problems } from './problems';
import { oneOf } from './selectors';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePort(port: corev1.ServicePort, named: boolean, names: Set<string>, path: string, to: Problems): void {
  const { name = '', protocol = '', nodePort } = port;
  if (named && name === '') to.required(child(path, 'name'));
  else if (name !== '') {
    to.all(child(path, 'name'), name, dns1123Label(name));
    if (names.has(name)) to.duplicate(child(path, 'name'), name);
    names.add(name);
  }
  to.all(child(path, 'port'), port.port ?? 0, portNumber(port.port ?? 0));
  if (protocol === '') to.required(child(path, 'protocol'));
  else if (!protocols.includes(protocol)) to.notSupported(child(path, 'protocol'), protocol, protocols);
  validatePortOrName(port.targetPort, child(path, 'targetPort'), to);
  if (nodePort) to.all(child(path, 'nodePort'), nodePort, portNumber(nodePort));
}

function validatePorts(spec: corev1.ServiceSpec, to: Problems): void {
  const ports = spec.ports ?? [];
  const headless = spec.clusterIP === 'None';
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') to.required('spec.ports');
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) validatePort(port, ports.length > 1, names, `spec.ports[${index}]`, to);
}

/** A port as upstream shows it: its internal type, whose fields have no JSON names. */
const shownPort = ({ protocol = '', port = 0 }: corev1.ServicePort): Readonly<Record<string, unknown>> => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});

function validateUniquePorts(ports: readonly corev1.ServicePort[], type: string | undefined, to: Problems): void {
  const seen = new Set<string>();
  const nodePorts = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `spec.ports[${index}]`;
    if (type === 'ClusterIP' && port.nodePort)
      to.forbidden(child(at, 'nodePort'), "may not be used when `type` is 'ClusterIP'");
    if (port.nodePort) {
      const key = `${port.protocol}/${port.nodePort}`;
      if (nodePorts.has(key)) to.duplicate(child(at, 'nodePort'), port.nodePort);
      nodePorts.add(key);
    }
    const key = `${port.protocol}/${port.port}`;
    if (seen.has(key)) to.duplicate(at, shownPort(port));
    seen.add(key);
  }
}

function validateAddresses(spec: corev1.ServiceSpec, to: Problems): void {
  const { clusterIP = '', clusterIPs, type } = spec;
  if (type === 'ExternalName') {
    if (clusterIPs?.length) to.forbidden('spec.clusterIPs', "may not be set when `type` is 'ExternalName'");
    return;
  }
  for (const [index, address] of (clusterIPs ?? []).entries()) {
    if (index === 0 && clusterIP !== address)
      to.invalid('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`');
    if (address === 'None') {
      if ((clusterIPs?.length ?? 0) > 1)
        to.invalid(`spec.clusterIPs`, clusterIPs, "'None' must be the first and only value");
    } else validateAddress(address, `spec.clusterIPs[${index}]`, to);
  }
}

/** Rules of a Service; upstream's ValidateService. */
export function validateService(service: corev1.Service, to: Problems): void {
  const spec = service.spec ?? {};
  validatePorts(spec, to);
  if (spec.clusterIP === 'None' && (spec.type === 'LoadBalancer' || spec.type === 'NodePort'))
    to.invalid('spec.clusterIPs[0]', spec.clusterIP, `may not be set to 'None' for ${spec.type} services`);
  if (spec.type === 'ExternalName') {
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') to.required('spec.externalName');
    else to.all('spec.externalName', spec.externalName, dns1123Subdomain(name));
  }
  validateLabels(spec.selector, 'spec.selector', to);
  oneOf(spec.sessionAffinity, ['ClientIP', 'None'], 'spec.sessionAffinity', to);
  const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (spec.sessionAffinity === 'None' && spec.sessionAffinityConfig)
    to.forbidden('spec.sessionAffinityConfig', 'must not be set when session affinity is None');
  else if (timeout !== undefined && (timeout <= 0 || timeout > 86400))
    to.invalid(
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
      timeout,
      'must be greater than 0 and less than 86400',
    );
  validateAddresses(spec, to);
  for (const [index, address] of (spec.externalIPs ?? []).entries()) {
    if (isIP(address) === 0) validateAddress(address, `spec.externalIPs[${index}]`, to);
    else if (/^(127\.|0\.0\.0\.0$|169\.254\.|::1$|::$)/.test(address))
      to.invalid(`spec.externalIPs[${index}]`, address, 'may not be unspecified (0.0.0.0 or ::)');
  }
  if (!spec.type) to.required('spec.type');
  else if (!types.includes(spec.type)) to.notSupported('spec.type', spec.type, types);
  validateUniquePorts(spec.ports ?? [], spec.type, to);
  validateTraffic(spec, to);
}

function validateTraffic(spec: corev1.ServiceSpec, to: Problems): void {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer' || (spec.externalIPs?.length ?? 0) > 0;
  const policies = ['Cluster', 'Local'];
  if (spec.externalTrafficPolicy !== undefined) {
    if (!external)
      to.invalid(
        'spec.externalTrafficPolicy',
        spec.externalTrafficPolicy,
        'may only be set for externally-accessible services',
      );
    else if (!policies.includes(spec.externalTrafficPolicy))
      to.notSupported('spec.externalTrafficPolicy', spec.externalTrafficPolicy, policies);
  }
  if (spec.internalTrafficPolicy !== undefined && !policies.includes(spec.internalTrafficPolicy))
    to.notSupported('spec.internalTrafficPolicy', spec.internalTrafficPolicy, policies);
  if (spec.type !== 'LoadBalancer') {
    if (spec.loadBalancerClass !== undefined)
      to.forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'");
    if (spec.allocateLoadBalancerNodePorts !== undefined)
      to.forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'");
    if (spec.loadBalancerSourceRanges?.length)
      to.forbidden('spec.LoadBalancerSourceRanges', "may only be used when `type` is 'LoadBalancer'");
  }
}

export function validateServiceUpdate(service: corev1.Service, old: corev1.Service, to: Problems): void {
  const [spec, before] = [service.spec ?? {}, old.spec ?? {}];
  const sameType = spec.type === before.type && spec.type !== 'ExternalName';
  const [address] = before.clusterIPs ?? [];
  if (sameType && address && spec.clusterIPs?.[0] !== address)
    to.invalid('spec.clusterIPs[0]', spec.clusterIPs?.[0] ?? '', 'may not change once set');
  validateService(service, to);
}
