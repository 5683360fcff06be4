import type { Duplex } from 'node:stream';
import { connect } from 'node:net';
import { Kinds, type corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { AdmissionReader } from '../../admission/reader';
import { nodeHost, type NodeConnections } from '../node-connections';
import { requirePod } from '../pod-target';
import { addressNotAllowed, proxyableAddress } from '../proxyable';
import { openPodPort } from './pod-port';
import {
  endpointPortName,
  endpointSlicesOf,
  fromSomewhere,
  noEndpoints,
  podOf,
  readyEndpoints,
} from './service-endpoints';

/** What a proxied request is sent to. */
export interface ProxyTarget {
  readonly scheme: 'http' | 'https';
  /** Address and port, as the Host header names them. */
  readonly host: string;
  /** Connects to it. */
  open(): Promise<Duplex>;
}

export interface TargetOptions {
  readonly reader: AdmissionReader;
  readonly nodes: NodeConnections;
  /** A number from 0 to below 1. */
  readonly random: () => number;
}

interface ProxyName {
  readonly scheme: 'http' | 'https';
  readonly name: string;
  /** A number or a name; empty when none is given. */
  readonly port: string;
}

const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

/** Reads `name`, `name:port` or `scheme:name:port`. Throws BadRequest when it is none of them. */
export function splitProxyName(resource: 'pod' | 'service' | 'node', id: string): ProxyName {
  const parts = id.split(':');
  const [scheme = '', name = '', port = ''] =
    parts.length === 1 ? ['', id] : parts.length === 2 ? ['', ...parts] : parts;
  if (parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme))
    throw badRequest(`invalid ${resource} request ${JSON.stringify(id)}`);
  return { scheme: scheme === 'https' ? 'https' : 'http', name, port };
}

/** A port of a pod: the one that is named, the first that its containers declare, or that of the scheme. */
export async function podTarget(options: TargetOptions, namespace: string, id: string): Promise<ProxyTarget> {
  const { scheme, name, port } = splitProxyName('pod', id);
  const pod = await requirePod(options.reader, namespace, name);
  const address = pod.status?.podIP ?? '';
  // The words of upstream, for a pod that has no address yet as well.
  if (!options.nodes.proxyable(address) || !pod.spec?.nodeName) throw addressNotAllowed();
  const declared = (pod.spec.containers ?? []).flatMap(({ ports }) => ports ?? []);
  const number = port || String(declared.find(({ containerPort = 0 }) => containerPort > 0)?.containerPort ?? '');
  return targetIn(options, pod, scheme, address, number);
}

/** A ready endpoint of a service, for the port of the service that is given by number or by name. */
export async function serviceTarget(options: TargetOptions, namespace: string, id: string): Promise<ProxyTarget> {
  const { reader, nodes } = options;
  const { scheme, name, port } = splitProxyName('service', id);
  const service = await reader.getNewest(Kinds.Service, namespace, name);
  if (!service)
    throw new StatusError(404, 'NotFound', `services ${JSON.stringify(name)} not found`, { name, kind: 'services' });
  const slices = await endpointSlicesOf(reader, namespace, name);
  const endpoints = readyEndpoints(slices, endpointPortName(service, port));
  if (!slices.some((slice) => slice.endpoints?.length)) throw noEndpoints(name);
  for (const endpoint of fromSomewhere(endpoints, options.random)) {
    const pod = await podOf(reader, namespace, endpoint);
    if (!pod || !nodes.proxyable(endpoint.address)) continue;
    return targetIn(options, pod, scheme, endpoint.address, String(endpoint.port));
  }
  throw noEndpoints(id);
}

/** A port of a node other than its kubelet's. Throws BadRequest when the node's address may not be connected to. */
export async function nodeTarget(
  { nodes }: TargetOptions,
  node: corev1.Node,
  scheme: 'http' | 'https',
  port: number,
): Promise<ProxyTarget> {
  const address = await proxyableAddress(nodeHost(node), nodes.proxyable);
  return { scheme, host: hostOf(address, port), open: async () => connect(port, address) };
}

/** The API server needs no route to pods: the bytes go through the kubelet of the pod's node. */
function targetIn(
  { nodes }: TargetOptions,
  pod: corev1.Pod,
  scheme: 'http' | 'https',
  address: string,
  port: string,
): ProxyTarget {
  const number = port === '' ? (scheme === 'https' ? 443 : 80) : portNumber(port);
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  return {
    scheme,
    host: port === '' ? address : hostOf(address, number),
    open: async () => openPodPort(await nodes.client(pod.spec?.nodeName ?? ''), { namespace, name, uid }, number),
  };
}

/** Throws BadRequest for what is no port. */
export function portNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw badRequest(`invalid port ${JSON.stringify(text)}`);
  return number;
}

/** As the Host header names it. */
export const hostOf = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
