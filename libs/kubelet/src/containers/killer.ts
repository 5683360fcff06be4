import type { corev1 } from '@skiff/contracts';
import { type Clock, type Logger, pause } from '@skiff/platform';
import { containerEvent, type EventSink } from '../events';
import { findContainer, isSidecar, podFullName, type SpecContainer } from '../pod-model/pod';
import type { ContainerService, RuntimeContainerStatus } from '../runtime/container-service';
import type { StreamingRuntime } from '../runtime/streaming-runtime';
import { runHook } from './hooks';

/** The least time that a container gets between the stop signal and the kill; upstream's minimum. */
const minimumGraceSeconds = 2;

export interface KillerParts {
  readonly runtime: Pick<ContainerService, 'stopContainer'> & StreamingRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface KillInput {
  readonly pod: corev1.Pod;
  readonly podIp: string;
  readonly graceSeconds: number;
  /** For the event. Empty: "Stopping container …". */
  readonly message: string;
}

/** Ends containers, each with its preStop hook and within its grace period. */
export class ContainerKiller {
  constructor(private readonly parts: KillerParts) {}

  /**
   * Ends one container: preStop hook, stop signal, and the kill when the grace
   * period, which the hook takes its share of, is over. Resolves when it is dead.
   */
  async kill(container: Pick<RuntimeContainerStatus, 'id' | 'name'>, input: KillInput): Promise<void> {
    const { events, runtime } = this.parts;
    const { pod, graceSeconds } = input;
    const spec: SpecContainer = findContainer(pod, container.name) ?? {
      kind: 'main',
      container: { name: container.name },
    };
    const message = input.message === '' ? `Stopping container ${container.name}` : input.message;
    containerEvent(events, { pod, spec }, 'Normal', 'Killing', message);
    let left = graceSeconds;
    const preStop = spec.container.lifecycle?.preStop;
    if (preStop !== undefined && graceSeconds > 0) {
      left -= await this.runPreStop(container.id, spec, preStop, input);
      left = Math.max(left, minimumGraceSeconds);
    }
    await runtime.stopContainer(container.id, Math.max(0, left));
  }

  /** Ends all containers of a pod, main ones together, then sidecars from the last to the first. */
  async killAll(containers: readonly RuntimeContainerStatus[], input: KillInput): Promise<void> {
    const { clock } = this.parts;
    const sidecars = (input.pod.spec?.initContainers ?? []).filter(isSidecar).map((container) => container.name);
    const isOne = (container: RuntimeContainerStatus): boolean => sidecars.includes(container.name);
    const end = input.graceSeconds * 1000 + clock.monotonic();
    await Promise.all(containers.filter((each) => !isOne(each)).map((each) => this.kill(each, input)));
    for (const name of sidecars.reverse()) {
      const left = Math.max(0, Math.ceil((end - clock.monotonic()) / 1000));
      const found = containers.filter((container) => container.name === name);
      await Promise.all(found.map((each) => this.kill(each, { ...input, graceSeconds: left })));
    }
  }

  /** Runs the hook for at most the grace period; the seconds that it took. */
  private async runPreStop(
    id: string,
    spec: SpecContainer,
    handler: corev1.LifecycleHandler,
    { pod, podIp, graceSeconds }: KillInput,
  ): Promise<number> {
    const { clock, events, logger, runtime } = this.parts;
    const began = clock.monotonic();
    const target = { containerId: id, podIp, ports: spec.container.ports ?? [] };
    const limit = new AbortController();
    try {
      const hook = runHook(runtime, clock, target, handler, graceSeconds);
      const timeout = pause(clock, graceSeconds * 1000, limit.signal);
      await Promise.race([hook, timeout]);
    } catch (error) {
      logger.warn('a preStop hook failed', { pod: podFullName(pod), container: spec.container.name, error });
      containerEvent(events, { pod, spec }, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
    } finally {
      limit.abort();
    }
    return Math.ceil((clock.monotonic() - began) / 1000);
  }
}
