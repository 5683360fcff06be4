import type { Context } from '@opentelemetry/api';
import type { corev1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { StartInput } from '../containers/create';
import type { EventSink } from '../events';
import type { NodeFields } from '../pod-model/fields';
import { podUid, type SpecContainer } from '../pod-model/pod';
import { latest, podIpsOf } from '../pod-model/state';
import { RuntimeError } from '../runtime/runtime-error';
import type { SandboxStatus } from '../runtime/sandbox-service';
import { FailedMounts } from '../volumes/failed-mounts';
import type { MountError, VolumeReconciler } from '../volumes/reconciler';
import type { KnownPod } from './known-pod';
import type { PodMemory } from './memory';
import { crashKey, isGoing, type RunPlan } from './plan';
import { retryDelay, volumeRetryDelay } from './retries';
import type { PodRuntimeView } from './runtime-view';
import type { Sandboxes } from './sandboxes';
import type { PodSetup } from './setup';
import type { ContainerStarts } from './container-starts';

/** What of a node pods are brought up by. */
export interface BringUpParts {
  readonly setup: Pick<PodSetup, 'setUp'>;
  readonly sandboxes: Sandboxes;
  readonly volumes: Pick<VolumeReconciler, 'ready'>;
  readonly node: Pick<NodeFields, 'hostIps'>;
  readonly events: EventSink;
  readonly clock: Clock;
}

/** The one pod that is brought up. */
export interface BringUpPod {
  readonly known: KnownPod;
  readonly memory: PodMemory;
  readonly view: PodRuntimeView;
  readonly starts: ContainerStarts;
}

/** What bringing a pod up has come to. */
export interface BroughtUp {
  /** Milliseconds until the pod has to be looked at again; Infinity if that is not needed. */
  readonly until: number;
  /** Starts that go on, each of which resolves when it is over, with the context of its span. */
  readonly starts: readonly Promise<Context>[];
}

/** Containers that start at once show the sandbox with them; slow ones, which wait for an image, after it. */
const sandboxShownWithin = 500;

const again = (until: number): BroughtUp => ({ until, starts: [] });

/** Makes what a plan wants of a pod: cgroup, volumes, sandbox; and begins to start its containers. */
export class BringUp {
  private readonly failedMounts = new FailedMounts();
  private volumeFailures = 0;

  constructor(
    private readonly parts: BringUpParts,
    private readonly pod: BringUpPod,
  ) {}

  async act(plan: RunPlan): Promise<BroughtUp> {
    const { known, view } = this.pod;
    const failure = await this.parts.setup.setUp(known.pod, view.state.sandboxes[0]?.ips ?? []);
    if (failure !== undefined) return again(this.noteMountFailure(failure));
    if (plan.createSandbox && !(await this.createSandbox(plan))) return again(retryDelay);
    const sandbox = view.state.sandboxes[0];
    if (sandbox === undefined) return again(Infinity);
    const starts = plan.start.map((spec) => this.start(spec, sandbox));
    return { starts, until: plan.createSandbox ? sandboxShownWithin : Infinity };
  }

  /** Milliseconds until it is tried again. */
  private noteMountFailure(failure: MountError): number {
    const { clock, events } = this.parts;
    for (const message of this.failedMounts.due(failure, clock.now()))
      events.event(this.pod.known.pod, 'Warning', 'FailedMount', message);
    this.volumeFailures += 1;
    return volumeRetryDelay(this.volumeFailures);
  }

  private async createSandbox({ refusal, sandboxAttempt }: RunPlan): Promise<boolean> {
    const { events, sandboxes } = this.parts;
    const { known, view } = this.pod;
    const { pod } = known;
    if (refusal !== undefined) {
      events.event(pod, 'Warning', refusal.reason, refusal.message);
      return false;
    }
    const made = await sandboxes.create(pod, sandboxAttempt);
    if (!(made instanceof RuntimeError)) {
      view.noteSandbox(made);
      return true;
    }
    events.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${made.message}`);
    view.markStale();
    return false;
  }

  private start(spec: SpecContainer, sandbox: SandboxStatus): Promise<Context> {
    const { known, memory, starts } = this.pod;
    const input = this.inputOf(known.pod, spec, sandbox);
    const { before } = input;
    if (before?.phase === 'exited') {
      const key = crashKey(known.pod, spec.container.name ?? '');
      memory.crashBackOff.next(key, before.finishedAt, this.parts.clock.now());
    }
    return starts.begin(input, () => !isGoing(known.pod, memory));
  }

  private inputOf(pod: corev1.Pod, spec: SpecContainer, sandbox: SandboxStatus): StartInput {
    const { node, sandboxes, volumes } = this.parts;
    const { state } = this.pod.view;
    return {
      pod,
      spec,
      sandboxId: sandbox.id,
      sandboxConfig: sandboxes.config(pod, sandbox.attempt),
      podIps: podIpsOf(pod, state, node.hostIps),
      volumes: volumes.ready(podUid(pod)) ?? new Map(),
      before: latest(state, spec.container.name),
      target: spec.target === undefined ? undefined : latest(state, spec.target),
    };
  }
}
