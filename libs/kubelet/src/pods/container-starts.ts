import { context, type Context } from '@opentelemetry/api';
import type { corev1 } from '@skiff/contracts';
import type { Clock, Logger } from '@skiff/platform';
import type { StartInput, StillWanted } from '../containers/create';
import type { ContainerKiller } from '../containers/killer';
import type { ContainerStarter } from '../containers/starter';
import type { ImageManager } from '../images/image-manager';
import type { KubeletMetrics } from '../metrics';
import { podFullName, specGraceSeconds } from '../pod-model/pod';
import type { StartFailure } from '../pod-model/start-error';
import { latest } from '../pod-model/state';
import type { PodMemory } from './memory';
import { retryDelay, startRetryDelay } from './retries';
import type { PodRuntimeView } from './runtime-view';

export interface ContainerStartsParts {
  readonly starter: Pick<ContainerStarter, 'start'>;
  readonly killer: Pick<ContainerKiller, 'kill'>;
  readonly images: Pick<ImageManager, 'retryAfter'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<KubeletMetrics, 'startedContainers' | 'startedContainersErrors'>;
}

const containerTypes = { main: 'container', init: 'init_container', ephemeral: 'ephemeral_container' } as const;

/** The starts of one pod's containers, which go on beside each other and may wait for images. */
export class ContainerStarts {
  private readonly running = new Set<Promise<Context>>();

  constructor(
    private readonly parts: ContainerStartsParts,
    private readonly view: PodRuntimeView,
    private readonly memory: PodMemory,
  ) {}

  /**
   * Starts a container and notes what comes of it. Resolves when it is over, whether it starts or not, with the
   * context of its span.
   */
  begin(input: StartInput, wanted: StillWanted): Promise<Context> {
    const name = input.spec.container.name ?? '';
    this.memory.starting.add(name);
    const task = this.startOne(input, wanted)
      .catch((error: unknown) => {
        const { clock, logger } = this.parts;
        logger.warn('starting a container failed', { pod: podFullName(input.pod), container: name, error });
        this.view.markStale();
        this.memory.retries.set(name, clock.monotonic() + retryDelay);
        return context.active();
      })
      .finally(() => {
        this.memory.starting.delete(name);
        this.running.delete(task);
      });
    this.running.add(task);
    return task;
  }

  /** Resolves when no start is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.running);
  }

  private async startOne(input: StartInput, wanted: StillWanted): Promise<Context> {
    const { metrics, starter } = this.parts;
    const name = input.spec.container.name ?? '';
    metrics.startedContainers.inc({ container_type: containerTypes[input.spec.kind] });
    const { context: started, failure, status } = await starter.start(input, wanted);
    if (status !== undefined) {
      this.memory.failures.delete(name);
      this.memory.retries.delete(name);
      this.view.noteContainer(status);
    }
    if (failure !== undefined) await this.noteFailure(input, failure);
    return started;
  }

  private async noteFailure({ pod, podIps, spec }: StartInput, failure: StartFailure): Promise<void> {
    const { clock, images, metrics } = this.parts;
    const { reason } = failure;
    const name = spec.container.name ?? '';
    this.memory.failures.set(name, failure);
    metrics.startedContainersErrors.inc({ container_type: containerTypes[spec.kind], code: reason });
    if (reason === 'PostStartHookError') await this.killAfterHook(pod, name, podIps[0] ?? '');
    this.view.markStale();
    const delay = startRetryDelay(reason, images.retryAfter(pod, spec));
    this.memory.retries.set(name, clock.monotonic() + delay);
  }

  private async killAfterHook(pod: corev1.Pod, name: string, podIp: string): Promise<void> {
    this.view.markStale();
    const status = latest(await this.view.observe(), name);
    if (status?.phase !== 'running') return;
    const how = { pod, podIp, graceSeconds: specGraceSeconds(pod), message: 'FailedPostStartHook' };
    await this.parts.killer.kill(status, how);
  }
}
