import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { ConnectService, ServicePort } from '../../request/service-port';
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
import { hostOf, type TargetOptions } from './target';

/** One of those behind a Service. */
export interface ReachableEndpoint {
  /** Address, or a name where the Service is one, and port: `10.1.2.3:443`. */
  readonly host: string;
  /** Rejects with why nobody is reached. */
  open(): Promise<Duplex>;
}

/** Finds one of those behind a Service. Rejects with why there is nobody. */
export type ResolveService = (service: ServicePort) => Promise<ReachableEndpoint>;

export const serviceConnector =
  (resolve: ResolveService): ConnectService =>
  async (service) =>
    (await resolve(service)).open();

/**
 * Reaches Services as pods do, from where there is no route to pods: through the kubelet of a pod's node, and any other
 * endpoint at its address. Upstream: ResolveEndpoint in staging/src/k8s.io/apiserver/pkg/util/proxy/proxy.go.
 */
export function serviceResolver(options: TargetOptions): ResolveService {
  const { reader } = options;
  return async ({ namespace, name, port }) => {
    const service = await reader.get(Kinds.Service, namespace, name);
    if (!service) throw new Error(`service ${JSON.stringify(name)} not found`);
    const { type, externalName } = service.spec ?? {};
    if (type === 'ExternalName') return reachedAt(options, externalName ?? '', port);
    return endpointOf(options, service, port);
  };
}

async function endpointOf(options: TargetOptions, service: corev1.Service, port: number): Promise<ReachableEndpoint> {
  const { reader, nodes, random } = options;
  const { namespace = '', name = '' } = service.metadata ?? {};
  const slices = await endpointSlicesOf(reader, namespace, name);
  const endpoints = readyEndpoints(slices, endpointPortName(service, String(port)));
  for (const endpoint of fromSomewhere(endpoints, random)) {
    if (endpoint.target?.kind !== 'Pod') return reachedAt(options, endpoint.address, endpoint.port);
    const pod = await podOf(reader, namespace, endpoint);
    if (!pod) continue;
    const { name: podName = '', uid = '' } = pod.metadata ?? {};
    const forwarded = { namespace, name: podName, uid };
    return {
      host: hostOf(endpoint.address, endpoint.port),
      open: async () => openPodPort(await nodes.client(pod.spec?.nodeName ?? ''), forwarded, endpoint.port),
    };
  }
  throw noEndpoints(name);
}

/** Nobody who may write a Service leads the API server to itself by that. */
const reachedAt = ({ nodes }: TargetOptions, host: string, port: number): ReachableEndpoint => ({
  host: hostOf(host, port),
  open: async () => connect(port, await proxyableAddress(host, nodes.proxyable)),
});
