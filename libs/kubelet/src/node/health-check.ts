import { isOutage } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import type { ContainerRuntime } from '../runtime/container-runtime';
import type { RuntimeReadiness } from '../runtime/runtime-info';
import type { NodeSystem } from '../system/system';
import { networkProblem, type NodeHealth } from './node-conditions';
import type { SandboxHealth } from './sandbox-health';

export interface HealthCheckParts {
  readonly runtime: Pick<ContainerRuntime, 'readiness' | 'images'>;
  readonly sandboxes: SandboxHealth;
  readonly rootDirectory: string;
  readonly system: Pick<NodeSystem, 'machine'>;
  readonly clock: Clock;
}

/** For so long the node stays Ready although its runtime cannot be reached: upstream's threshold. */
const outageMilliseconds = 30_000;
const maxImages = 50;

/** Looks how a node and its container runtime are. */
export class HealthCheck {
  private readiness: RuntimeReadiness | undefined;
  private runtimeError: string | undefined;
  /** When the runtime last answered. */
  private answeredAt: number;

  constructor(private readonly parts: HealthCheckParts) {
    this.answeredAt = parts.clock.monotonic();
  }

  /** Why pods cannot have a network now; undefined when they can. */
  networkProblem(): string | undefined {
    if (this.readiness === undefined) return 'container runtime status check may not have completed yet';
    return networkProblem(this.readiness);
  }

  /** Asks the runtime how it is. */
  async askRuntime(): Promise<void> {
    const { clock, runtime, sandboxes } = this.parts;
    sandboxes.check();
    try {
      this.readiness = await runtime.readiness();
      this.runtimeError = undefined;
      this.answeredAt = clock.monotonic();
    } catch (error) {
      if (!isOutage(error) || clock.monotonic() - this.answeredAt >= outageMilliseconds)
        this.runtimeError = (error as Error).message;
    }
  }

  /** What the runtime said last, and what the machine has free now. */
  async measure(): Promise<NodeHealth> {
    const { rootDirectory, runtime, sandboxes, system } = this.parts;
    const [available, { availableFraction }, images] = await Promise.all([
      system.machine.memoryAvailableBytes(),
      system.machine.storage(rootDirectory),
      runtime.images.listImages().catch(() => []),
    ]);
    const named = images
      .filter(({ tags, digests }) => tags.length + digests.length > 0)
      .sort((a, b) => b.size - a.size)
      .slice(0, maxImages);
    return {
      runtime: this.readiness,
      runtimeError: this.runtimeError,
      sandboxProblem: sandboxes.problem,
      memoryAvailableBytes: available,
      storageAvailableFraction: availableFraction,
      images: named.map(({ tags, digests, size }) => ({ names: [...digests, ...tags], sizeBytes: size })),
    };
  }
}
