import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@skiff/platform';
import { hasAppArmor } from './admission/app-armor';
import { PodAdmission } from './admission/pod-admission';
import { ContainerKiller } from './containers/killer';
import { ContainerStarter } from './containers/starter';
import { nodeEvent } from './events';
import { ImageGarbageCollector } from './images/image-gc';
import { ImageManager } from './images/image-manager';
import { housekeep } from './housekeep';
import { imagesInUse } from './images/images-in-use';
import type { KubeletOptions } from './kubelet-options';
import { rotateLogs } from './logs/rotate';
import { renewLease } from './node/lease';
import { NodeAgent } from './node/node-agent';
import { allocatable } from './node/node-object';
import { SandboxHealth } from './node/sandbox-health';
import { NodeInformers } from './node/informers';
import { ObjectCache } from './objects/object-cache';
import { TokenManager } from './objects/tokens';
import { BackOff } from './pod-model/backoff';
import { Directories } from './pod-model/directories';
import type { NodeFields } from './pod-model/fields';
import { countPods } from './pods/count-pods';
import { PodManager } from './pods/manager';
import { Sandboxes } from './pods/sandboxes';
import { PodSetup } from './pods/setup';
import { StatusWriter } from './pods/status/writer';
import { PodWorker, type PodWorkerParts } from './pods/worker';
import type { ContainerRuntime } from './runtime/container-runtime';
import type { ServedNode } from './server/served-node';
import type { CgroupManager } from './system/cgroups';
import { volumePlugins } from './volumes/plugins/volume-plugins';
import { VolumeReconciler } from './volumes/reconciler';

const imageGcMilliseconds = 60_000;
const logCheckMilliseconds = 10_000;

/** The agent of one node. */
export class Kubelet implements ServedNode {
  readonly nodeName: string;
  readonly manager: PodManager;
  readonly runtime: ContainerRuntime;
  readonly cgroups: CgroupManager;
  readonly cgroupRoot: string;
  readonly clock: Clock;
  readonly statuses: StatusWriter;
  /** How long containers that crash wait, by `<uid>_<name>`. */
  readonly crashBackOff = new BackOff(10_000, 300_000);
  private readonly directories: Directories;
  private readonly agent: NodeAgent;
  private readonly informers: NodeInformers;
  private readonly objects: ObjectCache;
  private readonly volumes: VolumeReconciler;
  private readonly imageGc: ImageGarbageCollector;

  constructor(private readonly options: KubeletOptions) {
    const { client, clock, events, facts, logger, rootDirectory, runtime, system } = options;
    this.nodeName = facts.name;
    this.runtime = runtime;
    this.cgroups = system.cgroups;
    this.cgroupRoot = options.cgroupRoot;
    this.clock = clock;
    const { mounts } = system;
    const directories = new Directories(rootDirectory);
    this.directories = directories;
    this.informers = new NodeInformers({ client, clock, logger, nodeName: facts.name });
    const onChange = (namespace: string): void => void this.manager.refreshNamespace(namespace);
    this.objects = new ObjectCache({ client, clock, logger, onChange });
    this.statuses = new StatusWriter({ client, clock, logger });
    const plugins = volumePlugins({ directories, mounts, hostPathAliases: options.hostPathAliases ?? new Map() });
    this.volumes = new VolumeReconciler({ directories, mounts, plugins });
    const images = new ImageManager({ images: runtime.images, events, clock });
    const sandboxHealth = new SandboxHealth({ runtime, logger, onChange: () => this.agent.checkNow() });
    this.agent = new NodeAgent({
      ...options,
      sandboxes: sandboxHealth,
      nodes: this.informers.nodes,
      network: { bridge: options.bridge, mtu: options.mtu, dataDirectory: join(rootDirectory, 'cni') },
      onNetworkChange: () => this.manager.pokeAll(),
    });
    this.manager = this.podManager(images, sandboxHealth);
    this.imageGc = new ImageGarbageCollector({
      images: runtime.images,
      clock,
      logger,
      lastUsed: (id) => images.lastUsed(id),
      inUse: () => imagesInUse(runtime, this.manager.pods()),
      warn: (reason, message) => nodeEvent(events, facts.name, 'Warning', reason, message),
    });
    options.metrics.observeNode(facts.name, () => countPods(this.manager.all()));
  }

  /** The pods of the node, with all that a worker of one needs. */
  private podManager(images: ImageManager, health: SandboxHealth): PodManager {
    const { cgroupRoot, cgroups, clock, crashBackOff, directories, objects, options, runtime, statuses, volumes } =
      this;
    const { client, dns, events, facts, logger, metrics, random, system, tracer } = options;
    const tokens = new TokenManager(client, clock);
    const admission = this.podAdmission();
    const node: NodeFields = { hostIps: facts.ips, nodeName: facts.name, allocatable: allocatable(facts) };
    const setup = new PodSetup({ volumes, cgroups, cgroupRoot, directories, node, objects, tokens });
    const starter = new ContainerStarter({
      ...{ runtime, images, objects, node, directories, events, clock, logger, random, tracer },
      services: (namespace) => this.informers.servicesFor(namespace),
      nodeMemoryBytes: facts.memoryBytes,
      clusterDomain: dns.domain,
      mounts: system.mounts,
    });
    const worker: PodWorkerParts = {
      ...{ runtime, images, volumes, node, statuses, events, clock, logger, tracer, metrics },
      ...{ crashBackOff, setup, starter },
      killer: new ContainerKiller({ runtime, events, clock, logger }),
      sandboxes: new Sandboxes({ runtime, health, dns, directories, cgroupRoot, metrics }),
      admit: (pod) => admission.admit(pod),
      networkProblem: () => this.agent.networkProblem(),
    };
    return new PodManager({
      ...{ runtime, setup, clock, logger },
      newWorker: (pod, adopted) => new PodWorker(worker, pod, adopted),
      hasSynced: () => this.informers.pods.hasSynced,
      onGone: (uid) => {
        tokens.forget(uid);
        admission.forget(uid);
        statuses.forget(uid);
        objects.retain(this.manager.pods());
      },
    });
  }

  private podAdmission(): PodAdmission {
    const { client, facts, runtime, system, unsafeSysctls = [] } = this.options;
    return new PodAdmission({
      client,
      nodeName: facts.name,
      unsafeSysctls,
      hasAppArmor: () => hasAppArmor(system.machine, runtime),
      node: () => this.informers.nodes.get(facts.name),
      pods: () => this.manager.pods(),
    });
  }

  /** Runs until the signal aborts. What runs on the node goes on running. */
  async run(signal: AbortSignal): Promise<void> {
    // Every pod, informer and loop of the node listens to it.
    setMaxListeners(0, signal);
    await mkdir(this.directories.logs, { recursive: true });
    await this.volumes.start();
    const { informers, options } = this;
    const { clock, logger, client, facts } = options;
    const housekeeping = { clock, logger, signal };
    const lease = { client, nodeName: facts.name, nodeUid: () => this.agent.nodeUid, clock, logger };
    const followed = Promise.all([informers.nodes.start(signal), informers.services.start(signal)]);
    informers.pods.subscribe(this.manager);
    await followed;
    // Pods are told of Services, so those come first.
    signal.addEventListener('abort', () => this.objects.stop(), { once: true });
    await Promise.all([
      this.agent.run(signal),
      renewLease(lease, signal),
      informers.pods.start(signal),
      this.manager.run(signal),
      housekeep(housekeeping, imageGcMilliseconds, () => this.imageGc.collect()),
      housekeep(housekeeping, logCheckMilliseconds, () => rotateLogs(this, this.manager.all())),
    ]);
  }
}
