import { Kinds, type corev1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { AdmissionReader } from '../admission/reader';

const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

/** The pod, or NotFound. */
export async function requirePod(
  reader: Pick<AdmissionReader, 'getNewest'>,
  namespace: string,
  name: string,
): Promise<corev1.Pod> {
  const pod = await reader.getNewest(Kinds.Pod, namespace, name);
  if (!pod) throw new StatusError(404, 'NotFound', `pods ${JSON.stringify(name)} not found`, { name, kind: 'pods' });
  return pod;
}

/** The node that a pod runs on. Throws BadRequest when it runs on none. */
export function requireHost(pod: corev1.Pod): string {
  const node = pod.spec?.nodeName;
  if (!node) throw badRequest(`pod ${pod.metadata?.name} does not have a host assigned`);
  return node;
}

/** Throws BadRequest when a pod has ended, so that nothing can run in it. */
export function requireRunning(pod: corev1.Pod): void {
  const phase = pod.status?.phase;
  if (phase === 'Succeeded' || phase === 'Failed')
    throw badRequest(`cannot exec into a container in a completed pod; current phase is ${phase}`);
}

/** The container that is meant: the one named, or the only one. Throws BadRequest with upstream's text. */
export function requireContainer(pod: corev1.Pod, container: string): string {
  const names = (list: readonly { name?: string | undefined }[] | null | undefined): string[] =>
    (list ?? []).map(({ name }) => name ?? '');
  const { spec, metadata } = pod;
  const containers = names(spec?.containers);
  const initContainers = names(spec?.initContainers);
  if (container) {
    if ([...containers, ...initContainers, ...names(spec?.ephemeralContainers)].includes(container)) return container;
    throw badRequest(`container ${container} is not valid for pod ${metadata?.name}`);
  }
  const [only] = containers;
  if (containers.length === 1 && only) return only;
  const choices = `choose one of: [${containers.join(' ')}]`;
  const others = initContainers.length ? ` or one of the init containers: [${initContainers.join(' ')}]` : '';
  throw badRequest(`a container name must be specified for pod ${metadata?.name}, ${choices}${others}`);
}
