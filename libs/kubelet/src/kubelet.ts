import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { Informer } from '@skiff/client-runtime';
import type { Clock, Logger, Outage } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import { hasAppArmor } from './admission/app-armor';
import { PodAdmission } from './admission/pod-admission';
import { nodeEvent, type EventSink } from './events';
import { ImageGarbageCollector } from './images/image-gc';
import { ImageManager } from './images/image-manager';
import { imagesInUse } from './images/images-in-use';
import { rotateLogs } from './logs/rotate';
import { renewLease } from './node/lease';
import type { KubeletMetrics, NodeCounts } from './metrics';
import { NodeAgent } from './node/node-agent';
import { allocatable, type NodeFacts } from './node/node-object';
import { SandboxHealth } from './node/sandbox-health';
import { BackOff } from './pod-model/backoff';
import { Directories } from './pod-model/directories';
import type { ClusterDns } from './pod-model/dns';
import type { NodeContext } from './pods/node-context';
import { PodManager } from './pods/manager';
import { StatusWriter } from './pods/status/writer';
import type { ContainerRuntime } from './runtime/types';
import type { NodeSystem } from './system/system';
import { ObjectCache } from './objects/object-cache';
import { TokenManager } from './objects/tokens';
import { volumePlugins } from './volumes/plugins/volume-plugins';
import { VolumeReconciler } from './volumes/reconciler';

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
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: KubeletMetrics;
  /** Whether the runtime answers. */
  readonly runtimeOutage?: Outage | undefined;
}

const housekeepingMilliseconds = 60_000;
const logCheckMilliseconds = 10_000;

/** The agent of one node. */
export class Kubelet {
  readonly manager: PodManager;
  readonly context: NodeContext;
  private readonly agent: NodeAgent;
  private readonly pods: Informer<corev1.Pod>;
  private readonly nodes: Informer<corev1.Node>;
  private readonly services: Informer<corev1.Service>;
  private readonly objects: ObjectCache;
  private readonly volumes: VolumeReconciler;
  private readonly images: ImageManager;
  private readonly imageGc: ImageGarbageCollector;

  constructor(private readonly options: KubeletOptions) {
    const { client, clock, logger, runtime, facts, rootDirectory, system } = options;
    const follow = { clock, logger };
    this.pods = new Informer(client, Kinds.Pod, { ...follow, fieldSelector: `spec.nodeName=${facts.name}` });
    this.nodes = new Informer(client, Kinds.Node, follow);
    this.services = new Informer<corev1.Service>(client, Kinds.Service, {
      ...follow,
      indexers: { namespace: (service) => [service.metadata?.namespace ?? ''] },
    });
    const directories = new Directories(rootDirectory);
    const { mounts } = system;
    const plugins = volumePlugins({ directories, mounts, hostPathAliases: options.hostPathAliases ?? new Map() });
    this.volumes = new VolumeReconciler({ directories, mounts, plugins });
    this.images = new ImageManager({ images: runtime, events: options.events, clock });
    const statuses = new StatusWriter({ client, clock, logger });
    const tokens = new TokenManager(client, clock);
    this.objects = new ObjectCache({
      client,
      clock,
      logger,
      onChange: (namespace) => void this.manager.refreshNamespace(namespace),
    });
    const sandboxes = new SandboxHealth({ runtime, logger, onChange: () => this.agent.checkNow() });
    this.agent = new NodeAgent({
      ...options,
      sandboxes,
      nodes: this.nodes,
      network: { bridge: options.bridge, mtu: options.mtu, dataDirectory: join(rootDirectory, 'cni') },
      onNetworkChange: () => this.manager.pokeAll(),
    });
    const admission = new PodAdmission({
      client,
      nodeName: facts.name,
      unsafeSysctls: options.unsafeSysctls ?? [],
      hasAppArmor: () => hasAppArmor(system.machine, runtime),
      node: () => this.nodes.get(facts.name),
      pods: () => this.manager.pods(),
    });
    this.context = {
      nodeName: facts.name,
      nodeIps: facts.ips,
      directories,
      cgroupRoot: options.cgroupRoot,
      memoryBytes: facts.memoryBytes,
      allocatable: allocatable(facts),
      dns: options.dns,
      runtime,
      images: this.images,
      volumes: this.volumes,
      cgroups: system.cgroups,
      mounter: system.mounts,
      objects: this.objects,
      tokens,
      services: (namespace) => this.servicesFor(namespace),
      admit: (pod) => admission.admit(pod),
      networkProblem: () => this.agent.networkProblem(),
      sandboxes,
      statuses,
      events: options.events,
      crashBackOff: new BackOff(10_000, 300_000),
      clock,
      logger,
      tracer: options.tracer,
      metrics: options.metrics,
    };
    this.manager = new PodManager({
      context: this.context,
      hasSynced: () => this.pods.hasSynced,
      onGone: (uid) => {
        tokens.forget(uid);
        admission.forget(uid);
        statuses.forget(uid);
        this.objects.retain(this.manager.pods());
      },
    });
    this.imageGc = new ImageGarbageCollector({
      images: runtime,
      clock,
      logger,
      lastUsed: (id) => this.images.lastUsed(id),
      inUse: () => imagesInUse(runtime, this.manager.pods()),
      warn: (reason, message) => nodeEvent(options.events, facts.name, 'Warning', reason, message),
    });
    options.metrics.observeNode(facts.name, () => this.counts());
  }

  private counts(): NodeCounts {
    const containers = { created: 0, running: 0, exited: 0, unknown: 0 };
    let runningPods = 0;
    for (const { state } of this.manager.all()) {
      if (state.sandboxes.some(({ ready }) => ready)) runningPods += 1;
      for (const { phase } of state.containers) containers[phase] += 1;
    }
    return { runningPods, containers };
  }

  /** Runs until the signal aborts. What runs on the node goes on running. */
  async run(signal: AbortSignal): Promise<void> {
    // Every pod, informer and loop of the node listens to it.
    setMaxListeners(0, signal);
    await mkdir(this.context.directories.logs, { recursive: true });
    await this.volumes.start();
    const { clock, logger, client, facts } = this.options;
    const lease = { client, nodeName: facts.name, nodeUid: () => this.agent.nodeUid, clock, logger };
    const followed = Promise.all([this.nodes.start(signal), this.services.start(signal)]);
    this.pods.subscribe(this.manager);
    await followed;
    // Pods are told of Services, so those come first.
    signal.addEventListener('abort', () => this.objects.stop(), { once: true });
    await Promise.all([
      this.agent.run(signal),
      renewLease(lease, signal),
      this.pods.start(signal),
      this.manager.run(signal),
      this.every(housekeepingMilliseconds, signal, () => this.imageGc.collect()),
      this.every(logCheckMilliseconds, signal, () => rotateLogs(this.context, this.manager)),
    ]);
  }

  private servicesFor(namespace: string): corev1.Service[] {
    const master = this.services.get('default/kubernetes');
    const own = this.services.byIndex('namespace', namespace);
    return master === undefined || namespace === 'default' ? own : [...own, master];
  }

  private async every(milliseconds: number, signal: AbortSignal, work: () => Promise<unknown>): Promise<void> {
    const { clock, logger } = this.options;
    while (!signal.aborted) {
      try {
        await work();
      } catch (error) {
        logger.warn('housekeeping failed', { error });
      }
      await clock.sleep(milliseconds, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }
}
