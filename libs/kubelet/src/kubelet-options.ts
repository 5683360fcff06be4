import type { Client } from '@skiff/client';
import type { Clock, Logger, Outage, Random } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import type { EventSink } from './events';
import type { KubeletMetrics } from './metrics';
import type { NodeFacts } from './node/node-object';
import type { ClusterDns } from './pod-model/dns';
import type { ContainerRuntime } from './runtime/container-runtime';
import type { NodeSystem } from './system/system';

/** What the agent of a node is made from. */
export interface KubeletOptions {
  readonly client: Client;
  readonly runtime: ContainerRuntime;
  readonly facts: NodeFacts;
  readonly rootDirectory: string;
  /** Folders that hostPath volumes find elsewhere, by the path that they name: where several nodes share a machine. */
  readonly hostPathAliases?: ReadonlyMap<string, string>;
  readonly cniConfigDirectory: string;
  /** Name of the bridge of the pod network in the node's network namespace. */
  readonly bridge: string;
  /** Largest packet of the pod network in bytes; 0 leaves the kernel's default. */
  readonly mtu: number;
  /** Parent of all cgroups of pods, such as `/kubepods`. */
  readonly cgroupRoot: string;
  readonly dns: ClusterDns;
  /** Settings of the kernel that pods may have beside the safe ones; none if absent. A name, or a prefix with `*`. */
  readonly unsafeSysctls?: readonly string[];
  readonly system: NodeSystem;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: KubeletMetrics;
  /** Whether the runtime answers. */
  readonly runtimeOutage?: Outage | undefined;
}
