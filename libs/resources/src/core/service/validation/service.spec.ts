import { normalizeObject, messageSchema } from '@skiff/apimachinery';
import { type corev1, Kinds } from '@skiff/contracts';
import { applyDefaults } from '../../../resource-of';
import { validateCreate, validateUpdate } from '../../../testing/by-kind';
import { prepare } from '../../../testing/prepare';
import { problemsOf } from '../../../testing/problems-of';

/** A Service as the API server has it before it looks for mistakes. */
function service(spec: object, more: { annotations?: Record<string, string>; status?: object } = {}): corev1.Service {
  const { annotations = {}, status = {} } = more;
  const body = { kind: 'Service', apiVersion: 'v1', spec: { ports: [{ port: 80 }], ...spec }, status };
  const object = normalizeObject<corev1.Service>(messageSchema(Kinds.Service.message), body, { unknownFields: [] });
  object.metadata = { name: 's', namespace: 'n', annotations };
  applyDefaults(Kinds.Service, object);
  prepare(object);
  return object;
}

const creating = (spec: object, annotations?: Record<string, string>): string[] =>
  problemsOf(() => validateCreate(Kinds.Service, service(spec, { ...(annotations && { annotations }) })));

const changing = (from: object, into: object): string[] =>
  problemsOf(() => validateUpdate(Kinds.Service, service(into), service(from), ''));

const reporting = (spec: object, ...ingress: object[]): string[] =>
  problemsOf(() => {
    const changed = service(spec, { status: { loadBalancer: { ingress } } });
    validateUpdate(Kinds.Service, changed, service(spec), 'status');
  });

describe('A new Service', () => {
  it('has ports with names, numbers and protocols, none of them twice', () => {
    expect(creating({ ports: [{ name: 'a', port: 80 }, { port: 80 }] })).toEqual([
      'spec.ports[1].name: Required value',
      'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
    ]);
    expect(creating({ ports: [{ port: 0, protocol: 'ICMP', appProtocol: 'a b', nodePort: 1 }] })).toEqual([
      'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
      'spec.ports[0].protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
      expect.stringMatching(/^spec\.ports\[0\]\.targetPort: Invalid value: /),
      expect.stringMatching(/^spec\.ports\[0\]\.appProtocol: Invalid value: "a b": name part must consist of/),
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
    ]);
  });

  it('has one address of each family, the first of them twice', () => {
    expect(creating({ clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2', '10.0.0.3'] })).toEqual([
      'spec.clusterIPs: Invalid value: ["10.0.0.2","10.0.0.3"]: first value must match `clusterIP`',
      'spec.clusterIPs: Invalid value: ["10.0.0.2","10.0.0.3"]: may specify no more than one IP for each IP family',
    ]);
    expect(creating({ clusterIPs: ['10.0.0.1'] })).toEqual([
      'spec.clusterIPs: Invalid value: ["10.0.0.1"]: must be empty when `clusterIP` is not specified',
    ]);
    expect(creating({ clusterIP: '10.0.0.1', ipFamilies: ['IPv6', 'IPv6', 'IPX'], ipFamilyPolicy: 'Any' })).toEqual([
      'spec.ipFamilies[1]: Duplicate value: "IPv6"',
      'spec.ipFamilies[2]: Unsupported value: "IPX": supported values: "IPv4", "IPv6"',
      'spec.ipFamilyPolicy: Unsupported value: "Any": supported values: "PreferDualStack", "RequireDualStack", "SingleStack"',
      'spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`',
    ]);
    expect(creating({ clusterIP: 'None', type: 'NodePort' })).toEqual([
      'spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services',
    ]);
    expect(creating({ externalIPs: ['127.0.0.1', '169.254.1.1', '0.0.0.0', '::ffff:1', 'x'] })).toEqual([
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[1]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'spec.externalIPs[2]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)',
      'spec.externalIPs[4]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ]);
  });

  it('has nothing of its own when it stands for a name', () => {
    const name = { type: 'ExternalName', externalName: 'example.com.' };
    expect(creating(name)).toEqual([]);
    expect(creating({ ...name, clusterIP: '10.0.0.1', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' })).toEqual([
      'spec.clusterIPs: Forbidden: may not be set for ExternalName services',
      'spec.ipFamilies: Forbidden: may not be set for ExternalName services',
      'spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services',
    ]);
    expect(creating({ type: 'ExternalName' })).toEqual(['spec.externalName: Required value']);
  });

  it('leaves to load balancers what is theirs', () => {
    const only = "may only be used when `type` is 'LoadBalancer'";
    const annotation = 'service.beta.kubernetes.io/load-balancer-source-ranges';
    expect(creating({ loadBalancerClass: 'a.b/c', loadBalancerSourceRanges: [' 10.0.0.0/8 ', '10.0.0.0'] })).toEqual([
      `spec.LoadBalancerSourceRanges: Forbidden: ${only}`,
      'spec.LoadBalancerSourceRanges[1]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      `spec.loadBalancerClass: Forbidden: ${only}`,
    ]);
    expect(creating({ type: 'LoadBalancer', loadBalancerClass: 'a.b/c' }, { [annotation]: '10.0.0.0/8, x' })).toEqual([
      `metadata.annotations[${annotation}]: Invalid value: "x": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)`,
    ]);
    expect(creating({ allocateLoadBalancerNodePorts: true, healthCheckNodePort: 30000 })).toEqual([
      `spec.allocateLoadBalancerNodePorts: Forbidden: ${only}`,
      "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ]);
  });

  it('says which clients go where in words that are known', () => {
    expect(creating({ trafficDistribution: 'PreferSameNode' })).toEqual([]);
    expect(
      creating({ trafficDistribution: 'Anywhere', internalTrafficPolicy: 'Some', sessionAffinity: 'Cookie' }),
    ).toEqual([
      'spec.sessionAffinity: Unsupported value: "Cookie": supported values: "ClientIP", "None"',
      'spec.internalTrafficPolicy: Unsupported value: "Some": supported values: "Cluster", "Local"',
      'spec.trafficDistribution: Unsupported value: "Anywhere": supported values: "PreferClose", "PreferSameZone", "PreferSameNode"',
    ]);
    expect(
      creating({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } }),
    ).toEqual([
      'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
    ]);
    const [mode, hints] = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints'];
    expect(creating({}, { [mode]: 'Auto', [hints]: 'Disabled' })).toEqual([
      `metadata.annotations[${mode}]: Invalid value: "Auto": must match annotations[${hints}] when both are specified`,
    ]);
  });
});

describe('A change of a Service', () => {
  it('keeps its first address and family, its load balancer and its health port', () => {
    const single = { clusterIP: '10.0.0.1', ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' };
    expect(changing(single, single)).toEqual([]);
    expect(changing(single, { ...single, clusterIP: '10.0.0.2' })).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.0.0.2"]: may not change once set',
    ]);
    const dual = {
      ...single,
      clusterIPs: ['10.0.0.1', 'fd00::1'],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'PreferDualStack',
    };
    expect(changing(dual, single)).toEqual([]);
    expect(changing(dual, { ...single, ipFamilyPolicy: 'PreferDualStack' })).toEqual([
      'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary clusterIP',
      'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to \'SingleStack\' when releasing the secondary ipFamily',
    ]);
    const balanced = { ...single, type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 30000 };
    expect(changing(balanced, { ...balanced, loadBalancerClass: 'a.b/c', healthCheckNodePort: 30001 })).toEqual([
      'spec.loadBalancerClass: Invalid value: "a.b/c": may not change once set',
      'spec.healthCheckNodePort: Forbidden: field is immutable',
    ]);
  });
});

describe('The status of a Service', () => {
  it('tells where its load balancer is', () => {
    expect(reporting({ type: 'LoadBalancer' }, { ip: '192.0.2.1' }, { hostname: 'a.example' })).toEqual([]);
    expect(reporting({}, { ip: '192.0.2.1' })).toEqual([
      "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'",
    ]);
    expect(
      reporting({ type: 'LoadBalancer' }, { ip: 'x', ipMode: 'Tunnel' }, { ipMode: 'VIP', hostname: '10.0.0.1' }),
    ).toEqual([
      'status.loadBalancer.ingress[0].ip: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'status.loadBalancer.ingress[0].ipMode: Unsupported value: "Tunnel": supported values: "Proxy", "VIP"',
      'status.loadBalancer.ingress[1].ipMode: Forbidden: may not be specified when `ip` is not set',
      'status.loadBalancer.ingress[1].hostname: Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
    ]);
  });
});
