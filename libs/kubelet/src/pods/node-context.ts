import type { corev1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import type { Rejection } from '../admission/node-fit';
import type { EventSink } from '../events';
import type { KubeletMetrics } from '../metrics';
import type { ImageManager } from '../images/image-manager';
import type { SandboxHealth } from '../node/sandbox-health';
import type { CgroupManager } from '../system/cgroups';
import type { Mounter } from '../system/mounts';
import type { ContainerRuntime } from '../runtime/types';
import type { TokenSource } from '../volumes/plugin';
import type { VolumeReconciler } from '../volumes/reconciler';
import type { BackOff } from '../pod-model/backoff';
import type { ClusterDns } from '../pod-model/dns';
import type { Directories } from '../pod-model/directories';
import type { ObjectLookup } from '../pod-model/env';
import type { FieldContext } from '../pod-model/fields';

/** Takes the statuses that pods come to, and ends their deletion. */
export interface StatusSink {
  /** Writes soon; a later status of the same pod replaces one that was not written yet. */
  publish(pod: corev1.Pod, status: corev1.PodStatus): void;
  /** Resolves once the last published status of a pod is written. */
  flush(uid: string): Promise<void>;
  /** Deletes the object of a pod that is gone from this node. */
  finish(pod: corev1.Pod): Promise<void>;
}

/** The node that pods run on: its parts, and what it knows of itself. */
export interface NodeContext {
  readonly nodeName: string;
  readonly nodeIps: readonly string[];
  readonly directories: Directories;
  /** Parent of all pods' cgroups, such as `/kubepods`. */
  readonly cgroupRoot: string;
  readonly memoryBytes: number;
  readonly allocatable: FieldContext['allocatable'];
  readonly dns: ClusterDns;
  readonly runtime: ContainerRuntime;
  readonly images: ImageManager;
  readonly volumes: VolumeReconciler;
  readonly cgroups: CgroupManager;
  readonly mounter: Mounter;
  readonly objects: ObjectLookup;
  readonly tokens: TokenSource;
  /** Services that pods of a namespace are told of. */
  services(namespace: string): readonly corev1.Service[];
  /** Why this node does not take a pod; undefined when it does. */
  admit(pod: corev1.Pod): Promise<Rejection | undefined>;
  /** Why no pod network can be had now; undefined when it can. */
  networkProblem(): string | undefined;
  /** Hears whether sandboxes can be made. */
  readonly sandboxes: Pick<SandboxHealth, 'succeeded' | 'failed'>;
  readonly statuses: StatusSink;
  readonly events: EventSink;
  readonly crashBackOff: BackOff;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: KubeletMetrics;
}
