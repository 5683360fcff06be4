import type { corev1 } from '@skiff/contracts';
import type { PodInfo } from '../snapshot/pod-info';

export type EventResource =
  'Pod' | 'Node' | 'Namespace' | 'Service' | 'PersistentVolumeClaim' | 'PersistentVolume' | 'StorageClass';
export type EventAction = 'add' | 'update' | 'delete';

/** A change in the cluster that may make a waiting pod schedulable. */
export type ClusterEvent =
  | { readonly resource: 'Pod'; readonly action: EventAction; readonly pod: PodInfo; readonly old?: PodInfo }
  | { readonly resource: 'Node'; readonly action: EventAction; readonly node: corev1.Node; readonly old?: corev1.Node }
  | { readonly resource: Exclude<EventResource, 'Pod' | 'Node'>; readonly action: EventAction };

/** Says whether a change may help a pod that this plugin refused. */
export type QueueingHint = (pod: PodInfo, event: ClusterEvent) => boolean;
