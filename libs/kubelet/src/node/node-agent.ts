import { Kinds, type corev1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { pauseBeforeRetry, type Informer } from '@skiff/client-runtime';
import { hasReason, isOutage } from '@skiff/apimachinery';
import { type Clock, type Logger, type Outage, pause } from '@skiff/platform';
import { nodeEvent, type EventSink } from '../events';
import type { ContainerRuntime, RuntimeReadiness } from '../runtime/types';
import type { NodeSystem } from '../system/system';
import { writeCniConfig, type PodNetwork } from './cni';
import { ensureCsiNode } from './csi-node';
import {
  networkProblem,
  nodeObject,
  nodeStatus,
  nodeStatusPatch,
  statusChanged,
  type NodeFacts,
  type NodeHealth,
} from './node-object';
import { addressesOverwritten } from './overwritten';
import { podCidrs, podRoutes } from './routes';
import type { SandboxHealth } from './sandbox-health';

export interface NodeAgentOptions {
  readonly client: Client;
  readonly runtime: ContainerRuntime;
  /** All nodes of the cluster. */
  readonly nodes: Informer<corev1.Node>;
  readonly facts: NodeFacts;
  readonly rootDirectory: string;
  readonly cniConfigDirectory: string;
  readonly network: Omit<PodNetwork, 'podCidrs'>;
  readonly system: Pick<NodeSystem, 'machine' | 'network'>;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Is over when the runtime is back: the node says so at once. */
  readonly runtimeOutage?: Outage | undefined;
  readonly sandboxes: SandboxHealth;
  /** The pod network became usable, or no longer is. */
  onNetworkChange(): void;
}

const checkMilliseconds = 10_000;
/** For so long the node stays Ready although its runtime cannot be reached: upstream's threshold. */
const outageMilliseconds = 30_000;
const hastyMilliseconds = 50;
const reportMilliseconds = 300_000;
const maxImages = 50;

/** Registers the node, keeps its status true and its pod network connected to the other nodes'. */
export class NodeAgent {
  private readiness: RuntimeReadiness | undefined;
  private runtimeError: string | undefined;
  /** When the runtime last answered. */
  private answeredAt: number;
  private reported: corev1.NodeStatus | undefined;
  private reportedAt = -Infinity;
  private uid: string | undefined;
  private networkWork: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;
  private readonly conditionsSeen = new Map<string, string>();

  constructor(private readonly options: NodeAgentOptions) {
    this.answeredAt = options.clock.monotonic();
  }

  get nodeUid(): string | undefined {
    return this.uid;
  }

  /** Why pods cannot have a network now; undefined when they can. */
  networkProblem(): string | undefined {
    if (this.readiness === undefined) return 'container runtime status check may not have completed yet';
    return networkProblem(this.readiness);
  }

  /** Looks at the node at once, and not when it is due. */
  checkNow(): void {
    this.wake?.();
  }

  /** Runs until the signal aborts. Registers first, then follows the nodes. */
  async run(signal: AbortSignal): Promise<void> {
    await this.register(signal);
    this.nodeEvent('Normal', 'Starting', 'Starting kubelet.');
    const change = (): void => {
      this.networkWork = this.networkWork.then(() => this.applyNetwork());
    };
    const stop = this.options.nodes.subscribe({ added: change, updated: change, deleted: change });
    const ignoreReturns = this.options.runtimeOutage?.onOver(() => this.wake?.());
    try {
      while (!signal.aborted) {
        await this.checkOnce(signal);
        await this.pause(this.networkProblem() === undefined ? checkMilliseconds : hastyMilliseconds, signal);
      }
    } finally {
      stop();
      ignoreReturns?.();
    }
  }

  private async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    const woken = new Promise<void>((resolve) => (this.wake = resolve));
    const slept = pause(this.options.clock, milliseconds, signal);
    await Promise.race([woken, slept]);
  }

  private async register(signal: AbortSignal): Promise<void> {
    const { client, clock, facts, logger } = this.options;
    const wanted = nodeObject(facts);
    for (let delay = 100; !signal.aborted; delay = Math.min(delay * 2, 2000)) {
      try {
        await this.check();
        const node = await this.createOrAdopt(wanted);
        await ensureCsiNode(client, node);
        this.uid = node.metadata?.uid;
        this.reported = node.status;
        logger.info('registered the node', { node: facts.name });
        return;
      } catch (error) {
        logger.warn('the node could not be registered, it is tried again', { error });
        await pauseBeforeRetry(client, error, delay, { clock, signal });
      }
    }
    await client.get(Kinds.Node, { name: facts.name });
  }

  private async createOrAdopt(wanted: corev1.Node): Promise<corev1.Node> {
    const { client, clock, facts } = this.options;
    const status = nodeStatus(facts, await this.health(), undefined, clock.now());
    try {
      return await client.create(Kinds.Node, { ...wanted, status });
    } catch (error) {
      if (!hasReason(error, 'AlreadyExists')) throw error;
    }
    const { labels, annotations } = wanted.metadata ?? {};
    return client.patch<corev1.Node>(Kinds.Node, { name: facts.name }, 'merge', { metadata: { labels, annotations } });
  }

  private async checkOnce(signal: AbortSignal): Promise<void> {
    try {
      await this.check();
      await this.report();
    } catch (error) {
      if (!signal.aborted) this.options.logger.warn('the status of the node was not written', { error });
    }
  }

  private async check(): Promise<void> {
    const { clock } = this.options;
    const before = this.networkProblem();
    this.options.sandboxes.check();
    try {
      this.readiness = await this.options.runtime.readiness();
      this.runtimeError = undefined;
      this.answeredAt = clock.monotonic();
    } catch (error) {
      if (!isOutage(error) || clock.monotonic() - this.answeredAt >= outageMilliseconds)
        this.runtimeError = (error as Error).message;
    }
    if (this.networkProblem() !== before) this.options.onNetworkChange();
  }

  private async health(): Promise<NodeHealth> {
    const { runtime, rootDirectory, system } = this.options;
    const [available, { availableFraction }, images] = await Promise.all([
      system.machine.memoryAvailableBytes(),
      system.machine.storage(rootDirectory),
      runtime.listImages().catch(() => []),
    ]);
    const named = images
      .filter(({ tags, digests }) => tags.length + digests.length > 0)
      .sort((a, b) => b.size - a.size)
      .slice(0, maxImages);
    return {
      runtime: this.readiness,
      runtimeError: this.runtimeError,
      sandboxProblem: this.options.sandboxes.problem,
      memoryAvailableBytes: available,
      storageAvailableFraction: availableFraction,
      images: named.map(({ tags, digests, size }) => ({ names: [...digests, ...tags], sizeBytes: size })),
    };
  }

  private async report(): Promise<void> {
    const { client, clock, facts } = this.options;
    const current = this.options.nodes.get(facts.name)?.status ?? this.reported;
    const status = nodeStatus(facts, await this.health(), current, clock.now());
    const due = clock.monotonic() - this.reportedAt >= reportMilliseconds;
    // Compared with what the API server has, so that what others overwrote is mended.
    if (!due && !statusChanged(this.reported, status) && !this.wasMarked(current)) return;
    await client.patch<corev1.Node>(Kinds.Node, { name: facts.name }, 'strategic', nodeStatusPatch(current, status), {
      subresource: 'status',
    });
    this.reported = status;
    this.reportedAt = clock.monotonic();
    this.tellConditions(status);
  }

  /** The control plane gave the node up meanwhile, or somebody wrote where it is: it speaks for itself again. */
  private wasMarked(current: corev1.NodeStatus | undefined): boolean {
    if (addressesOverwritten(current, this.reported)) return true;
    return (current?.conditions ?? []).some((condition) => condition.status === 'Unknown');
  }

  private tellConditions(status: corev1.NodeStatus): void {
    const names: Record<string, [string, string]> = {
      MemoryPressure: ['NodeHasInsufficientMemory', 'NodeHasSufficientMemory'],
      DiskPressure: ['NodeHasDiskPressure', 'NodeHasNoDiskPressure'],
      PIDPressure: ['NodeHasInsufficientPID', 'NodeHasSufficientPID'],
      Ready: ['NodeReady', 'NodeNotReady'],
    };
    for (const { type = '', status: value = '' } of status.conditions ?? []) {
      const reasons = names[type];
      if (reasons === undefined || this.conditionsSeen.get(type) === value) continue;
      this.conditionsSeen.set(type, value);
      const reason = value === 'True' ? reasons[0] : reasons[1];
      this.nodeEvent('Normal', reason, `Node ${this.options.facts.name} status is now: ${reason}`);
    }
  }

  private nodeEvent(type: 'Normal' | 'Warning', reason: string, message: string): void {
    nodeEvent(this.options.events, this.options.facts.name, type, reason, message);
  }

  private async applyNetwork(): Promise<void> {
    const { cniConfigDirectory, facts, logger, network, nodes, system } = this.options;
    const own = podCidrs(nodes.get(facts.name));
    try {
      if (own.length > 0 && (await writeCniConfig(cniConfigDirectory, { ...network, podCidrs: own }))) {
        logger.info('wrote the pod network', { podCidrs: own });
        this.wake?.();
      }
      await system.network.setRoutes(podRoutes(nodes.list(), facts.name));
      await system.network.setEgress(own, nodes.list().flatMap(podCidrs));
    } catch (error) {
      logger.error('the pod network could not be programmed', { error });
    }
  }
}
