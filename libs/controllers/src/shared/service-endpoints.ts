import type { corev1 } from '@skiff/contracts';
import type { Cache } from './caches';
import type { Queue, Trace } from './queue';
import { byLabel, byNamespace, labelValue } from './indexers';
import { keyOf } from './keys';
import { isPodReady, isPodTerminal } from './pods';
import { semanticEqual } from './semantic-equal';

/** A port of a Service as its pods serve it. */
export interface ServedPort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly appProtocol?: string | undefined;
}

/** The label on the endpoints of a Service without cluster IP. */
export const headlessLabel = 'service.kubernetes.io/headless';

/** The annotation with the time of the change that endpoints were last updated for, to measure how long that took. */
export const triggerTimeAnnotation = 'endpoints.kubernetes.io/last-change-trigger-time';

export function isHeadless(service: corev1.Service): boolean {
  const clusterIP = service.spec?.clusterIP;
  return clusterIP === undefined || clusterIP === '' || clusterIP === 'None';
}

/** Whether a Service's endpoints follow from its selector. */
export function hasSelector(service: corev1.Service): boolean {
  return service.spec?.selector !== undefined && service.spec.type !== 'ExternalName';
}

function podMatches(selector: { [key: string]: string } | undefined, pod: corev1.Pod): boolean {
  return Object.entries(selector ?? {}).every(([key, value]) => pod.metadata?.labels?.[key] === value);
}

/** The pods that a Service selects, found by one of its labels. */
export function podsOfService(pods: Cache<corev1.Pod>, service: corev1.Service): corev1.Pod[] {
  const namespace = service.metadata?.namespace;
  const [first] = Object.entries(service.spec?.selector ?? {});
  const candidates = first
    ? pods.byIndex(byLabel, labelValue(namespace, ...first))
    : pods.byIndex(byNamespace, namespace ?? '');
  return candidates.filter((pod) => podMatches(service.spec?.selector, pod));
}

/** The IP addresses of a pod that is to be an endpoint; none when it has ended or has no address yet. */
export function addressesOf(pod: corev1.Pod): string[] {
  if (isPodTerminal(pod)) return [];
  const listed = (pod.status?.podIPs ?? []).flatMap(({ ip }) => (ip ? [ip] : []));
  return listed.length === 0 && pod.status?.podIP ? [pod.status.podIP] : listed;
}

function targetPort(pod: corev1.Pod, port: corev1.ServicePort): number | undefined {
  const target = port.targetPort ?? port.port;
  if (typeof target === 'number') return target === 0 ? port.port : target;
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...(pod.spec?.containers ?? []), ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .find(({ name, protocol }) => name === target && (protocol ?? 'TCP') === (port.protocol ?? 'TCP'))?.containerPort;
}

/** The ports of a Service on one pod. A named port that the pod lacks is left out. */
export function portsOn(service: corev1.Service, pod: corev1.Pod): ServedPort[] {
  return (service.spec?.ports ?? []).flatMap((port) => {
    const number = targetPort(pod, port);
    if (number === undefined) return [];
    const served = { name: port.name ?? '', protocol: port.protocol ?? 'TCP', port: number };
    return [port.appProtocol === undefined ? served : { ...served, appProtocol: port.appProtocol }];
  });
}

/** The pod's host name in the Service's domain, if it has one there. */
export function hostnameIn(service: corev1.Service, pod: corev1.Pod): string | undefined {
  const { hostname, subdomain } = pod.spec ?? {};
  return hostname && subdomain === service.metadata?.name ? hostname : undefined;
}

export function podReference(pod: corev1.Pod): corev1.ObjectReference {
  const { namespace, name, uid } = pod.metadata ?? {};
  return { kind: 'Pod', namespace, name, uid };
}

function endpointFacts(pod: corev1.Pod): unknown {
  return {
    ips: addressesOf(pod),
    ready: isPodReady(pod),
    deleting: pod.metadata?.deletionTimestamp !== undefined,
    node: pod.spec?.nodeName,
    labels: pod.metadata?.labels,
    hostname: [pod.spec?.hostname, pod.spec?.subdomain],
  };
}

/** Wakes the Services that select a pod whenever something changes that their endpoints show. */
export function wakeServicesOfPods(pods: Cache<corev1.Pod>, services: Cache<corev1.Service>, queue: Queue): void {
  const wake = (pod: corev1.Pod, trace: Trace): void => {
    for (const service of services.byIndex(byNamespace, pod.metadata?.namespace ?? '')) {
      if (hasSelector(service) && podMatches(service.spec?.selector, pod)) queue.add(keyOf(service), trace);
    }
  };
  pods.subscribe({
    added: wake,
    updated: (old, pod, trace) => {
      if (semanticEqual(endpointFacts(old), endpointFacts(pod))) return;
      wake(pod, trace);
      if (!semanticEqual(old.metadata?.labels, pod.metadata?.labels)) wake(old, trace);
    },
    deleted: wake,
  });
}
