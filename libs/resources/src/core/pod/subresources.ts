import { actionSubresource, objectSubresource, type Subresource } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { proxySubresource, readSubresource, streamSubresource } from '../connections';

export const podAttach = streamSubresource('attach', 'PodAttachOptions', giveOutput);
export const podBinding = actionSubresource('binding', { kind: Kinds.Binding });
export const podEviction = actionSubresource('eviction', { kind: Kinds.Eviction, readAlso: ['policy/v1beta1'] });
export const podExec = streamSubresource('exec', 'PodExecOptions', (sent) => {
  if (!['stdin', 'stdout', 'stderr'].some((name) => name in sent)) giveOutput(sent);
});
export const podLog = readSubresource('log', 'Pod', 'PodLogOptions');
export const podPortForward = streamSubresource('portforward', 'PodPortForwardOptions');
export const podProxy = proxySubresource('PodProxyOptions');

/** What the API serves below a pod, besides its status. */
export const podSubresources: readonly Subresource<corev1.Pod>[] = [
  podAttach,
  podBinding,
  objectSubresource('ephemeralcontainers'),
  podEviction,
  podExec,
  podLog,
  podPortForward,
  podProxy,
  objectSubresource('resize'),
];

/** Output is given unless somebody says otherwise. */
function giveOutput(sent: Record<string, unknown>): void {
  sent['stdout'] ??= true;
  sent['stderr'] ??= true;
}
