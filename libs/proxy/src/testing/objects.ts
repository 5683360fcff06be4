import type { corev1, discoveryv1 } from '@skiff/contracts';

export function service(name: string, spec: corev1.ServiceSpec): corev1.Service {
  return { metadata: { name, namespace: 'default' }, spec };
}

export function slice(
  name: string,
  ports: discoveryv1.EndpointPort[],
  endpoints: discoveryv1.Endpoint[],
): discoveryv1.EndpointSlice {
  return {
    metadata: { name: `${name}-1`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports,
    endpoints,
  };
}

/** An endpoint that is ready, on the node `node-1` unless said otherwise. */
export function endpoint(
  address: string,
  conditions: discoveryv1.EndpointConditions = {},
  nodeName = 'node-1',
): discoveryv1.Endpoint {
  return { addresses: [address], nodeName, conditions: { ready: true, ...conditions } };
}
