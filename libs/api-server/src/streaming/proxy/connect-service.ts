import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { Kinds, type corev1 } from '@skiff/contracts';
import { proxyableAddress } from '../proxyable';
import { openPodPort } from './pod-port';
import {
  endpointPortName,
  endpointSlicesOf,
  fromSomewhere,
  noEndpoints,
  podOf,
  readyEndpoints,
} from './service-endpoints';
import type { TargetOptions } from './target';

/** A port of a Service. */
interface ServicePort {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** Connects to one of those behind a Service. Rejects with why nobody is reached. */
export type ConnectService = (service: ServicePort) => Promise<Duplex>;

/**
 * Reaches Services as pods do, from where there is no route to pods: through the kubelet of a pod's node, and any other
 * endpoint at its address. Upstream: ResolveEndpoint in staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go.
 */
export function serviceConnector(options: TargetOptions): ConnectService {
  const { reader } = options;
  return async ({ namespace, name, port }) => {
    const service = await reader.get(Kinds.Service, namespace, name);
    if (!service) throw new Error(`service ${JSON.stringify(name)} not found`);
    const { type, externalName } = service.spec ?? {};
    if (type === 'ExternalName') return connectTo(options, externalName ?? '', port);
    return connectEndpoint(options, service, port);
  };
}

async function connectEndpoint(options: TargetOptions, service: corev1.Service, port: number): Promise<Duplex> {
  const { reader, nodes, random } = options;
  const { namespace = '', name = '' } = service.metadata ?? {};
  const slices = await endpointSlicesOf(reader, namespace, name);
  const endpoints = readyEndpoints(slices, endpointPortName(service, String(port)));
  for (const endpoint of fromSomewhere(endpoints, random)) {
    if (endpoint.target?.kind !== 'Pod') return connectTo(options, endpoint.address, endpoint.port);
    const pod = await podOf(reader, namespace, endpoint);
    if (!pod) continue;
    const { name: podName = '', uid = '' } = pod.metadata ?? {};
    const node = await nodes.client(pod.spec?.nodeName ?? '');
    return openPodPort(node, { namespace, name: podName, uid }, endpoint.port);
  }
  throw noEndpoints(name);
}

/** Nobody who may write a Service leads the API server to itself by that. */
async function connectTo({ nodes }: TargetOptions, host: string, port: number): Promise<Duplex> {
  return connect(port, await proxyableAddress(host, nodes.proxyable));
}
