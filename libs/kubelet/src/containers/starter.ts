import type { corev1 } from '@skiff/contracts';
import { Attribute, objectAttributes, SpanName, withSpan, type Clock } from '@skiff/platform';
import { context, type Context, type Tracer } from '@opentelemetry/api';
import { containerEvent } from '../events';
import { podFullName } from '../pod-model/pod';
import { StartError, type StartFailure } from '../pod-model/start-error';
import type { ProbeTarget } from '../probes/handlers';
import type { ContainerService, RuntimeContainerStatus } from '../runtime/container-service';
import type { StreamingRuntime } from '../runtime/streaming-runtime';
import {
  createContainer,
  describe,
  StartAbandoned,
  startFailed,
  type CreateParts,
  type StartInput,
  type StillWanted,
} from './create';
import { runHook } from './hooks';

export interface StarterParts extends CreateParts {
  readonly runtime: ContainerService & StreamingRuntime;
  readonly clock: Clock;
  readonly tracer: Tracer;
}

/** What a start has come to. */
export interface StartOutcome {
  readonly result: 'started' | 'failed' | 'abandoned';
  /** Of the container, if one was made and may have run. */
  readonly status?: RuntimeContainerStatus;
  /** What users see it wait for, if it failed. */
  readonly failure?: StartFailure;
  /** That of the start's span, to which belongs what follows from it, such as the first verdicts of probes. */
  readonly context: Context;
}

/** Starts single containers: image, configuration, create, start, postStart hook. Emits upstream's events. */
export class ContainerStarter {
  constructor(private readonly parts: StarterParts) {}

  async start(input: StartInput, wanted: StillWanted): Promise<StartOutcome> {
    const { name = '', image = '' } = input.spec.container;
    const attributes = {
      ...objectAttributes(input.pod, 'Pod'),
      [Attribute.container]: name,
      [Attribute.image]: image,
    };
    let status: RuntimeContainerStatus | undefined;
    let started = context.active();
    const run = (): Promise<void> => {
      started = context.active();
      return this.runSteps(input, wanted, (seen) => (status = seen));
    };
    try {
      await withSpan(this.parts.tracer, SpanName.startContainer, { attributes }, run);
      return { result: 'started', context: started, ...(status && { status }) };
    } catch (error) {
      if (error instanceof StartAbandoned) return { result: 'abandoned', context: started };
      if (!(error instanceof StartError)) throw error;
      const { message, reason } = error;
      return { result: 'failed', context: started, failure: { reason, message }, ...(status && { status }) };
    }
  }

  private async runSteps(
    input: StartInput,
    wanted: StillWanted,
    note: (status: RuntimeContainerStatus) => void,
  ): Promise<void> {
    const { events, runtime } = this.parts;
    const { pod, sandboxId, spec } = input;
    // A container's own status does not say which sandbox it is in.
    const look = async (id: string): Promise<void> => note({ ...(await runtime.containerStatus(id)), sandboxId });
    const id = await createContainer(this.parts, input, wanted);
    containerEvent(events, { pod, spec }, 'Normal', 'Created', 'Container created');
    if (!wanted()) {
      await runtime.removeContainer(id);
      throw new StartAbandoned();
    }
    try {
      await runtime.startContainer(id);
    } catch (error) {
      await look(id);
      throw startFailed(this.parts, input, 'RunContainerError', error);
    }
    containerEvent(events, { pod, spec }, 'Normal', 'Started', 'Container started');
    const postStart = spec.container.lifecycle?.postStart;
    if (postStart !== undefined) await this.runPostStart(input, id, postStart);
    await look(id);
  }

  private async runPostStart(input: StartInput, id: string, handler: corev1.LifecycleHandler): Promise<void> {
    const { clock, events, logger, runtime } = this.parts;
    const { pod, spec } = input;
    const target: ProbeTarget = { containerId: id, podIp: input.podIps[0] ?? '', ports: spec.container.ports ?? [] };
    try {
      await runHook(runtime, clock, target, handler, 0);
    } catch (error) {
      logger.warn('a postStart hook failed', { pod: podFullName(pod), container: spec.container.name, error });
      // The hook's output stays out of the event: it may hold secrets.
      containerEvent(events, { pod, spec }, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
      throw new StartError('PostStartHookError', describe(error), { cause: error });
    }
  }
}
