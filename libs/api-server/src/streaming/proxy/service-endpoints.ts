import { Kinds, type corev1, type discoveryv1 } from '@skiff/contracts';
import { serviceUnavailable, type StatusError } from '@skiff/apimachinery';
import type { AdmissionReader } from '../../admission/reader';

/** One address behind a port of a service. */
export interface ServiceEndpoint {
  readonly address: string;
  readonly port: number;
  /** What has the address; undefined for one that somebody wrote down. */
  readonly target: discoveryv1.Endpoint['targetRef'];
}

export const noEndpoints = (service: string): StatusError =>
  serviceUnavailable(`no endpoints available for service ${JSON.stringify(service)}`);

export async function endpointSlicesOf(
  reader: Pick<AdmissionReader, 'list'>,
  namespace: string,
  service: string,
): Promise<readonly discoveryv1.EndpointSlice[]> {
  const slices = await reader.list(Kinds.EndpointSlice, namespace);
  return slices.filter(({ metadata }) => metadata?.labels?.['kubernetes.io/service-name'] === service);
}

/** The name that the endpoints give to a port of a service. Throws ServiceUnavailable for a number that it does not have. */
export function endpointPortName({ metadata, spec }: corev1.Service, port: string): string {
  if (!/^[+-]?\d+$/.test(port)) return port;
  const found = spec?.ports?.find((candidate) => candidate.port === Number(port));
  if (found) return found.name ?? '';
  throw serviceUnavailable(`no service port ${Number(port)} found for service ${JSON.stringify(metadata?.name ?? '')}`);
}

/** The endpoints that are ready to be connected to, for a port by its name. */
export function readyEndpoints(slices: readonly discoveryv1.EndpointSlice[], portName: string): ServiceEndpoint[] {
  return slices.flatMap(({ ports, endpoints }) => {
    const port = ports?.find(({ name }) => (name ?? '') === portName)?.port;
    if (!port) return [];
    return (endpoints ?? []).flatMap(({ addresses, conditions, targetRef }) => {
      const [address] = addresses ?? [];
      return address && conditions?.ready !== false ? [{ address, port, target: targetRef }] : [];
    });
  });
}

/** All of them, beginning anywhere. */
export function fromSomewhere<T>(items: readonly T[], random: () => number): T[] {
  const start = Math.floor(random() * items.length);
  return [...items.slice(start), ...items.slice(0, start)];
}

/** The pod that has an endpoint's address, and runs on a node; an endpoint may outlive its pod for a moment. */
export async function podOf(
  reader: Pick<AdmissionReader, 'get'>,
  namespace: string,
  { address, target }: ServiceEndpoint,
): Promise<corev1.Pod | undefined> {
  if (target?.kind !== 'Pod') return undefined;
  const pod = await reader.get(Kinds.Pod, namespace, target.name ?? '');
  if (!pod?.spec?.nodeName || (target.uid && pod.metadata?.uid !== target.uid)) return undefined;
  return hasAddress(pod, address) ? pod : undefined;
}

const hasAddress = ({ status }: corev1.Pod, address: string): boolean =>
  status?.podIP === address || (status?.podIPs ?? []).some(({ ip }) => ip === address);
