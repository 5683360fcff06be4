import type { Clock, Logger } from '@skiff/platform';
import { context, type Tracer } from '@opentelemetry/api';
import { AdmissionGate, type AdmissionGateParts } from '../admission/admission-gate';
import type { ContainerKiller } from '../containers/killer';
import { TerminationMessages } from '../containers/termination-message';
import { containerEvent } from '../events';
import type { ImageManager } from '../images/image-manager';
import type { KubeletMetrics } from '../metrics';
import type { NodeFields } from '../pod-model/fields';
import { isDeleting, podFullName } from '../pod-model/pod';
import { podIpsOf } from '../pod-model/state';
import { PodProbes } from '../probes/pod-probes';
import type { ContainerRuntime } from '../runtime/types';
import { BringUp, type BringUpParts } from './bring-up';
import { PodDeletion, type PodDeletionParts } from './deletion';
import type { KnownPod } from './known-pod';
import type { PodEnd, PodMemory } from './memory';
import { isGoing, planPod, type PodPlan, type RunPlan, type WaitingContainer } from './plan';
import { PodPublisher } from './publisher';
import { retryDelay } from './retries';
import type { PodRuntimeView } from './runtime-view';
import type { PodSetup } from './setup';
import { ContainerStarts, type ContainerStartsParts } from './starts';
import { PodTerminator, type PodTerminatorParts } from './terminator';
import type { WakeUp } from './wake-up';

/** What of a node a pass over a pod uses. */
export interface PodPassParts
  extends
    BringUpParts,
    ContainerStartsParts,
    PodDeletionParts,
    AdmissionGateParts,
    Omit<PodTerminatorParts, 'hostIps'> {
  readonly runtime: ContainerRuntime;
  readonly setup: PodSetup;
  readonly killer: ContainerKiller;
  readonly images: Pick<ImageManager, 'retryAfter' | 'forget'>;
  readonly node: NodeFields;
  /** Why no pod network can be had now; undefined when it can. */
  networkProblem(): string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: KubeletMetrics;
}

/** The pod that is passed over. */
export interface PodPassSubject {
  readonly known: KnownPod;
  readonly memory: PodMemory;
  readonly view: PodRuntimeView;
  readonly wakeUp: WakeUp;
}

/** Passes over one pod: looks at it, plans, and does what the plan says. */
export class PodPass {
  private readonly probes: PodProbes;
  private readonly messages = new TerminationMessages();
  private readonly gate: AdmissionGate;
  private readonly publisher: PodPublisher;
  private readonly starts: ContainerStarts;
  private readonly bringUp: BringUp;
  private readonly terminator: PodTerminator;
  private readonly deletion: PodDeletion;

  constructor(
    private readonly parts: PodPassParts,
    private readonly subject: PodPassSubject,
  ) {
    const { memory, view, wakeUp } = subject;
    const { messages } = this;
    this.probes = new PodProbes({ ...parts, onChange: () => wakeUp.now() });
    this.gate = new AdmissionGate(parts, memory.admitted);
    this.publisher = new PodPublisher({ ...parts, ...subject, messages, probes: this.probes, gate: this.gate });
    this.starts = new ContainerStarts(parts, view, memory);
    this.bringUp = new BringUp(parts, { ...subject, starts: this.starts });
    this.terminator = new PodTerminator({ ...parts, hostIps: parts.node.hostIps }, view, memory);
    const { publisher, starts, terminator } = this;
    this.deletion = new PodDeletion(parts, { ...subject, messages, publisher, starts, terminator });
  }

  /** One pass; true when the pod is gone. */
  async make(): Promise<boolean> {
    await this.subject.view.observe();
    await this.readMessages();
    if (this.isDeleted()) this.probes.windDown();
    this.followProbes();
    const plan = this.plan();
    switch (plan.step) {
      case 'terminate':
        return this.deletion.advance(plan.graceSeconds);
      case 'settle':
        await this.settle();
        return false;
      case 'admit':
        return this.admit();
      case 'expire':
        this.expire(plan.end);
        return false;
      case 'run':
        await this.run(plan);
        return false;
    }
  }

  /** Whether nothing of the pod is to start any more. */
  isGoing(): boolean {
    return isGoing(this.subject.known.pod, this.subject.memory);
  }

  stop(): void {
    this.probes.stop();
  }

  private plan(): PodPlan {
    const { clock } = this.parts;
    const { known, memory, view } = this.subject;
    const networkProblem = this.parts.networkProblem();
    const now = { wall: clock.now(), monotonic: clock.monotonic(), networkProblem };
    return planPod(known.pod, view.state, this.probes, memory, now);
  }

  /** Sees to it that nothing runs of a pod that reached its end but is kept. */
  private async settle(): Promise<void> {
    await this.starts.settled();
    const plan = this.plan();
    if (plan.step === 'settle' && plan.killPod) await this.killAll();
    this.publisher.publish();
  }

  private async admit(): Promise<boolean> {
    const { known, memory } = this.subject;
    memory.admitted = await this.gate.admits(known.pod);
    if (memory.admitted) return this.make();
    this.publisher.publish();
    return false;
  }

  private expire(end: PodEnd): void {
    const { known, memory, wakeUp } = this.subject;
    memory.ended = end;
    this.parts.events.event(known.pod, 'Normal', end.reason, end.message);
    this.probes.windDown();
    this.publisher.publish();
    wakeUp.now();
  }

  private async run(plan: RunPlan): Promise<void> {
    const { memory } = this.subject;
    this.publisher.publish();
    if (plan.over && memory.starting.size === 0) {
      if (plan.killPod) await this.killAll();
      this.publisher.publish();
      return;
    }
    if (plan.killPod || plan.kill.length > 0) await this.killFirst(plan);
    else await this.goOn(plan);
  }

  /** Ends what is in the way, and goes on with what is to be done then. */
  private async killFirst({ kill, killPod, restarts }: RunPlan): Promise<void> {
    const { known, memory, wakeUp } = this.subject;
    for (const id of restarts) memory.restarting.add(id);
    if (killPod) await this.killAll();
    else await this.terminator.killSome(known.pod, kill);
    await this.readMessages();
    const plan = this.plan();
    if (plan.step !== 'run') wakeUp.now();
    else if (plan.killPod || plan.kill.length > 0) wakeUp.after(retryDelay);
    else await this.goOn(plan);
  }

  private async goOn(plan: RunPlan): Promise<void> {
    const { wakeUp } = this.subject;
    if (plan.until < Infinity) wakeUp.after(plan.until);
    this.showWaiting(plan.waiting);
    if (!plan.createSandbox && plan.start.length === 0) {
      await this.terminator.removeOld();
      return;
    }
    const { starts, until } = await this.bringUp.act(plan);
    if (until < Infinity) wakeUp.after(until);
    for (const start of starts) {
      void start.then((started) => {
        context.with(started, () => this.followProbes());
        wakeUp.now();
      });
    }
  }

  /** Tells of containers that begin to wait since they crashed. */
  private showWaiting(waiting: readonly WaitingContainer[]): void {
    const { failures } = this.subject.memory;
    const { pod } = this.subject.known;
    const fresh = waiting.filter(
      ({ spec, failure }) => failures.get(spec.container.name ?? '')?.reason !== failure.reason,
    );
    for (const { failure, spec } of fresh) {
      const name = spec.container.name ?? '';
      const message = `Back-off restarting failed container ${name} in pod ${podFullName(pod)}`;
      containerEvent(this.parts.events, { pod, spec }, 'Warning', 'BackOff', message);
      failures.set(name, failure);
    }
    if (fresh.length > 0) this.publisher.publish();
  }

  private async killAll(): Promise<void> {
    await this.terminator.killAll(this.subject.known.pod);
    await this.readMessages();
  }

  private readMessages(): Promise<void> {
    return this.messages.read(this.subject.view.state.containers);
  }

  private isDeleted(): boolean {
    return this.subject.memory.deleted || isDeleting(this.subject.known.pod);
  }

  private followProbes(): void {
    const { known, view } = this.subject;
    const [ip = ''] = podIpsOf(known.pod, view.state, this.parts.node.hostIps);
    this.probes.follow(known.pod, view.state.containers, ip);
  }
}
