import { actionSubresource, connectSubresource, objectSubresource, type Subresource } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import { proxySubresource, streamSubresource } from '../connections';

/** What the API serves below a pod, besides its status. */
export const podSubresources: readonly Subresource<corev1.Pod>[] = [
  streamSubresource('attach', 'PodAttachOptions', giveOutput),
  actionSubresource('binding', { kind: Kinds.Binding }),
  objectSubresource('ephemeralcontainers'),
  actionSubresource('eviction', { kind: Kinds.Eviction, readAlso: ['policy/v1beta1'] }),
  streamSubresource('exec', 'PodExecOptions', (sent) => {
    if (!['stdin', 'stdout', 'stderr'].some((name) => name in sent)) giveOutput(sent);
  }),
  connectSubresource('log', { group: '', version: 'v1', kind: 'Pod' }, ['get']),
  streamSubresource('portforward', 'PodPortForwardOptions'),
  proxySubresource('PodProxyOptions'),
  objectSubresource('resize'),
];

/** Output is given unless somebody says otherwise. */
function giveOutput(sent: Record<string, unknown>): void {
  sent['stdout'] ??= true;
  sent['stderr'] ??= true;
}
