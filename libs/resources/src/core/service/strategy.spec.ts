import type { corev1 } from '@skiff/contracts';
import { serviceStrategy } from './strategy';

const context = { user: { name: 'u', uid: '', groups: [], extra: {} }, now: '', warn: () => undefined };

/** The spec that is stored when a Service is replaced. */
function changed(before: corev1.ServiceSpec, spec: corev1.ServiceSpec): corev1.ServiceSpec {
  const service: corev1.Service = { spec: structuredClone(spec) };
  serviceStrategy.prepareForUpdate?.(service, { spec: before } as corev1.Service, '', context);
  return service.spec ?? {};
}

const address = {
  clusterIP: '10.96.0.9',
  clusterIPs: ['10.96.0.9'],
  ipFamilies: ['IPv4'],
  ipFamilyPolicy: 'SingleStack',
};

const balanced: corev1.ServiceSpec = {
  ...address,
  type: 'LoadBalancer',
  externalTrafficPolicy: 'Local',
  internalTrafficPolicy: 'Cluster',
  healthCheckNodePort: 31000,
  allocateLoadBalancerNodePorts: true,
  loadBalancerClass: 'a/b',
  ports: [{ name: 'a', port: 80, nodePort: 30080 }],
};

describe('A Service that changes its type', () => {
  it('drops what the old type had, when the client left it as it was', () => {
    const external = changed(balanced, { ...balanced, type: 'ExternalName', externalName: 'x' });
    expect(external).toEqual({
      type: 'ExternalName',
      externalName: 'x',
      internalTrafficPolicy: 'Cluster',
      ports: [{ name: 'a', port: 80 }],
    });
    expect(changed(balanced, { ...balanced, type: 'ClusterIP' })).toEqual({
      ...address,
      type: 'ClusterIP',
      internalTrafficPolicy: 'Cluster',
      ports: [{ name: 'a', port: 80 }],
    });
  });

  it('keeps what the client changed too, for validation to refuse', () => {
    const spec: corev1.ServiceSpec = {
      ...balanced,
      type: 'ExternalName',
      clusterIP: '10.96.0.10',
      externalTrafficPolicy: 'Cluster',
      ports: [{ name: 'a', port: 80, nodePort: 30081 }],
    };
    expect(changed(balanced, spec)).toMatchObject({
      clusterIP: '10.96.0.10',
      externalTrafficPolicy: 'Cluster',
      ports: [{ nodePort: 30081 }],
    });
  });

  it('stays reachable from outside by its external addresses', () => {
    const spec: corev1.ServiceSpec = { ...balanced, type: 'ClusterIP', externalIPs: ['1.2.3.4'] };
    expect(changed(balanced, spec)).toHaveProperty('externalTrafficPolicy', 'Local');
  });

  it('has no load balancer any more', () => {
    const service: corev1.Service = {
      spec: { type: 'ClusterIP' },
      status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
    };
    serviceStrategy.prepareForUpdate?.(service, { spec: balanced } as corev1.Service, '', context);
    expect(service.status).toEqual({ loadBalancer: {} });
  });
});

describe('A Service that is replaced', () => {
  it('keeps what it was given and the client left out, ports by their name', () => {
    const ports = [
      { name: 'b', port: 81 },
      { name: 'a', port: 8080 },
    ];
    expect(changed(balanced, { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports })).toMatchObject({
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9'],
      healthCheckNodePort: 31000,
      ports: [
        { name: 'b', port: 81 },
        { name: 'a', nodePort: 30080 },
      ],
    });
  });

  it('does not give a port of the nodes to two', () => {
    const ports = [
      { name: 'b', port: 81, nodePort: 30080 },
      { name: 'a', port: 80 },
    ];
    expect(changed(balanced, { ...balanced, ports }).ports).toEqual(ports);
  });
});
