import type { Clock } from '@skiff/platform';
import { TerminationMessages } from '../containers/termination-message';
import type { NodeFields } from '../pod-model/fields';
import { isDeleting } from '../pod-model/pod';
import { podIpsOf } from '../pod-model/state';
import { PodProbes, type PodProbesOptions } from '../probes/pod-probes';
import type { KnownPod } from './known-pod';
import type { PodMemory } from './memory';
import { planPod, type PodPlan } from './plan';
import type { PodRuntimeView } from './runtime-view';
import type { WakeUp } from './wake-up';

/** What of a node its pods are looked at with. */
export interface PodObserverParts extends Omit<PodProbesOptions, 'onChange'> {
  readonly node: Pick<NodeFields, 'hostIps'>;
  /** Why no pod network can be had now; undefined when it can. */
  networkProblem(): string | undefined;
  readonly clock: Clock;
}

/** The one pod that is looked at. */
export interface ObservedPod {
  readonly known: KnownPod;
  readonly memory: PodMemory;
  readonly view: PodRuntimeView;
  readonly wakeUp: WakeUp;
}

/** Looks at one pod, and plans by what it sees. */
export class PodObserver {
  readonly messages = new TerminationMessages();
  readonly probes: PodProbes;

  constructor(
    private readonly parts: PodObserverParts,
    private readonly pod: ObservedPod,
  ) {
    this.probes = new PodProbes({ ...parts, onChange: () => pod.wakeUp.now() });
  }

  async look(): Promise<void> {
    const { known, memory, view } = this.pod;
    await view.observe();
    await this.readMessages();
    if (memory.deleted || isDeleting(known.pod)) this.probes.windDown();
    this.followProbes();
  }

  /** What is to be done by what was seen last. */
  plan(): PodPlan {
    const { clock } = this.parts;
    const { known, memory, view } = this.pod;
    const networkProblem = this.parts.networkProblem();
    const now = { wall: clock.now(), monotonic: clock.monotonic(), networkProblem };
    return planPod(known.pod, view.state, this.probes, memory, now);
  }

  /** Reads what containers that have ended left behind. */
  readMessages(): Promise<void> {
    return this.messages.read(this.pod.view.state.containers);
  }

  /** Has the containers that run probed, and no others. */
  followProbes(): void {
    const { known, view } = this.pod;
    const [ip = ''] = podIpsOf(known.pod, view.state, this.parts.node.hostIps);
    this.probes.follow(known.pod, view.state.containers, ip);
  }
}
