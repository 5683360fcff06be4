import { child, dns1123Subdomain, type ErrorList, isIP, qualifiedName, repeated } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateAnnotationChanges } from './annotations';
import { validateAddress } from './pod';

const systemConditions = ['PodScheduled', 'Ready', 'Initialized'];

/** A change of a pod's status. As upstream's ValidatePodStatusUpdate. */
export function validatePodStatusUpdate(pod: corev1.Pod, old: corev1.Pod, to: ErrorList): void {
  const status = pod.status ?? {};
  const before = old.status ?? {};
  validateAnnotationChanges(pod, old, to);
  for (const [index, { type = '' }] of (status.conditions ?? []).entries())
    if (!systemConditions.includes(type)) to.all(`metadata.conditions[${index}].Type`, type, qualifiedName(type));
  if (pod.spec?.nodeName !== old.spec?.nodeName) to.forbidden('status.nodeName', 'may not be changed directly');
  const nominated = status.nominatedNodeName ?? '';
  if (nominated !== '' && nominated !== before.nominatedNodeName)
    to.all('status.nominatedNodeName', nominated, dns1123Subdomain(nominated));
  if ((status.qosClass ?? '') !== (before.qosClass ?? ''))
    to.invalid('status.qosClass', status.qosClass ?? '', 'field is immutable');
  const policy = old.spec?.restartPolicy ?? '';
  validateNoRevival(status.containerStatuses, before.containerStatuses, policy, 'status.containerStatuses', to);
  const sidecars = new Set(
    (old.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map(({ name }) => name),
  );
  const ended = before.initContainerStatuses?.map((init) => (sidecars.has(init.name) ? {} : init));
  validateNoRevival(status.initContainerStatuses, ended, policy, 'status.initContainerStatuses', to);
  const debugging = 'status.ephemeralContainerStatuses';
  validateNoRevival(status.ephemeralContainerStatuses, before.ephemeralContainerStatuses, 'Never', debugging, to);
  validateAddresses(status.podIPs, 'status.podIPs', to);
  const [first] = status.hostIPs ?? [];
  if (first && first.ip !== status.hostIP)
    to.invalid('status.hostIPs[0].ip', first.ip ?? '', 'must be equal to `hostIP`');
  validateAddresses(status.hostIPs, 'status.hostIPs', to);
}

/** A container that has ended for good stays so. */
function validateNoRevival(
  statuses: readonly corev1.ContainerStatus[] | null | undefined,
  old: readonly corev1.ContainerStatus[] | null | undefined,
  policy: string,
  path: string,
  to: ErrorList,
): void {
  if (policy === 'Always') return;
  const running = new Set((statuses ?? []).filter(({ state }) => !state?.terminated).map(({ name }) => name));
  for (const [index, before] of (old ?? []).entries()) {
    const terminated = before.state?.terminated;
    if (!terminated || ((terminated.exitCode ?? 0) !== 0 && policy === 'OnFailure')) continue;
    if (running.has(before.name))
      to.forbidden(child(`${path}[${index}]`, 'state'), 'may not be transitioned to non-terminated state');
  }
}

/** One address of each family at most. */
function validateAddresses(
  addresses: readonly { readonly ip?: string | undefined }[] | null | undefined,
  path: string,
  to: ErrorList,
): void {
  const ips = (addresses ?? []).map(({ ip = '' }) => ip);
  for (const [index, ip] of ips.entries()) validateAddress(ip, `${path}[${index}]`, to);
  const shown = ips.map((ip) => ({ IP: ip }));
  if (ips.length > 1 && (ips.length > 2 || new Set(ips.map(isIP)).size < 2))
    to.invalid(path, shown, 'may specify no more than one IP for each IP family');
  for (const [index, value] of repeated(shown, ({ IP }) => IP)) to.duplicate(`${path}[${index}]`, value);
}
