import type { Logger } from '@skiff/platform';
import { context, type Tracer } from '@opentelemetry/api';
import { AdmissionGate, type AdmissionGateParts } from '../admission/admission-gate';
import type { ContainerKiller } from '../containers/killer';
import { containerEvent } from '../events';
import type { ImageManager } from '../images/image-manager';
import type { KubeletMetrics } from '../metrics';
import type { NodeFields } from '../pod-model/fields';
import { podFullName } from '../pod-model/pod';
import type { ContainerRuntime } from '../runtime/container-runtime';
import { BringUp, type BringUpParts } from './bring-up';
import { PodDeletion, type PodDeletionParts } from './deletion';
import type { PodEnd } from './memory';
import { PodObserver, type ObservedPod, type PodObserverParts } from './observer';
import { isGoing, type RunPlan, type WaitingContainer } from './plan';
import { PodPublisher } from './publisher';
import { retryDelay } from './retries';
import type { PodSetup } from './setup';
import { ContainerStarts, type ContainerStartsParts } from './container-starts';
import { PodTerminator, type PodTerminatorParts } from './terminator';

/** What of a node a pass over a pod uses. */
export interface PodPassParts
  extends
    BringUpParts,
    ContainerStartsParts,
    PodDeletionParts,
    AdmissionGateParts,
    PodObserverParts,
    Omit<PodTerminatorParts, 'hostIps'> {
  readonly runtime: ContainerRuntime;
  readonly setup: PodSetup;
  readonly killer: ContainerKiller;
  readonly images: Pick<ImageManager, 'retryAfter' | 'forget'>;
  readonly node: NodeFields;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: KubeletMetrics;
}

/** Passes over one pod: looks at it, plans, and does what the plan says. */
export class PodPass {
  private readonly observer: PodObserver;
  private readonly gate: AdmissionGate;
  private readonly publisher: PodPublisher;
  private readonly starts: ContainerStarts;
  private readonly bringUp: BringUp;
  private readonly terminator: PodTerminator;
  private readonly deletion: PodDeletion;

  constructor(
    private readonly parts: PodPassParts,
    private readonly subject: ObservedPod,
  ) {
    const { memory, view } = subject;
    this.observer = new PodObserver(parts, subject);
    const { messages, probes } = this.observer;
    this.gate = new AdmissionGate(parts, memory.admitted);
    this.publisher = new PodPublisher({ ...parts, ...subject, messages, probes, gate: this.gate });
    this.starts = new ContainerStarts(parts, view, memory);
    this.bringUp = new BringUp(parts, { ...subject, starts: this.starts });
    this.terminator = new PodTerminator({ ...parts, hostIps: parts.node.hostIps }, view, memory);
    const { publisher, starts, terminator } = this;
    this.deletion = new PodDeletion(parts, { ...subject, messages, publisher, starts, terminator });
  }

  /** One pass; true when the pod is gone. */
  async make(): Promise<boolean> {
    await this.observer.look();
    const plan = this.observer.plan();
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
    this.observer.probes.stop();
  }

  /** Sees to it that nothing runs of a pod that reached its end but is kept. */
  private async settle(): Promise<void> {
    await this.starts.settled();
    const plan = this.observer.plan();
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
    this.observer.probes.windDown();
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
    await this.observer.readMessages();
    const plan = this.observer.plan();
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
        context.with(started, () => this.observer.followProbes());
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
    await this.observer.readMessages();
  }
}
