import { Kinds, type corev1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { pauseBeforeRetry } from '@skiff/client-runtime';
import { hasReason } from '@skiff/apimachinery';
import { pause, type Outage } from '@skiff/platform';
import { nodeEvent, type EventSink } from '../events';
import type { NodeSystem } from '../system/system';
import { ConditionEvents } from './condition-events';
import { ensureCsiNode } from './csi-node';
import { HealthCheck, type HealthCheckParts } from './health-check';
import { NetworkFollower, type NetworkFollowerParts } from './network-follower';
import { nodeObject, nodeStatus, nodeStatusPatch, statusChanged, type NodeFacts } from './node-object';
import { addressesOverwritten } from './overwritten';

export interface NodeAgentOptions
  extends HealthCheckParts, Omit<NetworkFollowerParts, 'nodeName' | 'system' | 'onConfigured'> {
  readonly client: Client;
  readonly facts: NodeFacts;
  readonly system: Pick<NodeSystem, 'machine' | 'network'>;
  readonly events: EventSink;
  /** Is over when the runtime is back: the node says so at once. */
  readonly runtimeOutage?: Outage | undefined;
  /** The pod network became usable, or no longer is. */
  onNetworkChange(): void;
}

const checkMilliseconds = 10_000;
const hastyMilliseconds = 50;
const reportMilliseconds = 300_000;

/** Registers the node, keeps its status true and its pod network connected to the other nodes'. */
export class NodeAgent {
  private readonly health: HealthCheck;
  private readonly network: NetworkFollower;
  private readonly conditions: ConditionEvents;
  private reported: corev1.NodeStatus | undefined;
  private reportedAt = -Infinity;
  private uid: string | undefined;
  private wake: (() => void) | undefined;

  constructor(private readonly options: NodeAgentOptions) {
    const { events, facts } = options;
    this.health = new HealthCheck(options);
    this.network = new NetworkFollower({ ...options, nodeName: facts.name, onConfigured: () => this.checkNow() });
    this.conditions = new ConditionEvents(events, facts.name);
  }

  get nodeUid(): string | undefined {
    return this.uid;
  }

  /** Why pods cannot have a network now; undefined when they can. */
  networkProblem(): string | undefined {
    return this.health.networkProblem();
  }

  /** Looks at the node at once, and not when it is due. */
  checkNow(): void {
    this.wake?.();
  }

  /** Runs until the signal aborts. Registers first, then follows the nodes. */
  async run(signal: AbortSignal): Promise<void> {
    const { events, facts } = this.options;
    await this.register(signal);
    nodeEvent(events, facts.name, 'Normal', 'Starting', 'Starting kubelet.');
    const stop = this.network.start();
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
    const status = nodeStatus(facts, await this.health.measure(), undefined, clock.now());
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
    const before = this.networkProblem();
    await this.health.askRuntime();
    if (this.networkProblem() !== before) this.options.onNetworkChange();
  }

  private async report(): Promise<void> {
    const { client, clock, facts } = this.options;
    const current = this.options.nodes.get(facts.name)?.status ?? this.reported;
    const status = nodeStatus(facts, await this.health.measure(), current, clock.now());
    const due = clock.monotonic() - this.reportedAt >= reportMilliseconds;
    // Compared with what the API server has, so that what others overwrote is mended.
    if (!due && !statusChanged(this.reported, status) && !this.wasMarked(current)) return;
    await client.patch<corev1.Node>(Kinds.Node, { name: facts.name }, 'strategic', nodeStatusPatch(current, status), {
      subresource: 'status',
    });
    this.reported = status;
    this.reportedAt = clock.monotonic();
    this.conditions.tell(status);
  }

  /** The control plane gave the node up meanwhile, or somebody wrote where it is: it speaks for itself again. */
  private wasMarked(current: corev1.NodeStatus | undefined): boolean {
    if (addressesOverwritten(current, this.reported)) return true;
    return (current?.conditions ?? []).some((condition) => condition.status === 'Unknown');
  }
}
