import {
  actionSubresource,
  connectSubresource,
  objectSubresource,
  type GroupVersionKind,
  type Subresource,
} from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';

const core = (kind: string): GroupVersionKind => ({ group: '', version: 'v1', kind });

/** What the API serves below a pod, besides its status. */
export const podSubresources: readonly Subresource<corev1.Pod>[] = [
  connectSubresource('attach', core('PodAttachOptions'), ['create', 'get']),
  actionSubresource('binding', { kind: Kinds.Binding }),
  objectSubresource('ephemeralcontainers'),
  actionSubresource('eviction', { kind: Kinds.Eviction, readAlso: ['policy/v1beta1'] }),
  connectSubresource('exec', core('PodExecOptions'), ['create', 'get']),
  connectSubresource('log', core('Pod'), ['get']),
  connectSubresource('portforward', core('PodPortForwardOptions'), ['create', 'get']),
  connectSubresource('proxy', core('PodProxyOptions'), ['create', 'delete', 'get', 'patch', 'update']),
  objectSubresource('resize'),
];
