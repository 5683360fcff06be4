import type { corev1 } from '@skiff/contracts';
import type { Clock, Timer } from '@skiff/platform';
import type { ProbeResult } from './probe-result';

const comingUpWindow = 2000;
const comingUpDelay = 100;

export type ProbeKind = 'liveness' | 'readiness' | 'startup';

export interface ProbeWorkerOptions {
  readonly kind: ProbeKind;
  readonly probe: corev1.Probe;
  /** When the container started, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly clock: Clock;
  run(): Promise<ProbeResult>;
  /** The verdict changed. */
  onVerdict(passing: boolean): void;
  /** One attempt failed. */
  onFailure(result: ProbeResult): void;
}

/**
 * Probes one container: first after the initial delay, then every period, and
 * turns runs of results into a verdict by the thresholds. The first attempt is
 * made at once where there is no delay, so that a pod is ready as soon as it can be.
 */
export class ProbeWorker {
  private timer: Timer | undefined;
  private stopped = false;
  private passing: boolean;
  private last: boolean | undefined;
  private run = 0;

  constructor(private readonly options: ProbeWorkerOptions) {
    // Until it is known otherwise a container is alive, but not ready.
    this.passing = options.kind === 'liveness';
  }

  get verdict(): boolean {
    return this.passing;
  }

  start(): void {
    const { clock, probe, startedAt } = this.options;
    const delay = startedAt + (probe.initialDelaySeconds ?? 0) * 1000 - clock.now();
    this.schedule(Math.max(0, delay));
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private schedule(delay: number): void {
    if (this.stopped) return;
    this.timer = this.options.clock.after(delay, () => void this.attempt());
  }

  private async attempt(): Promise<void> {
    const { clock, probe } = this.options;
    const began = clock.monotonic();
    const result = await this.options.run();
    if (this.stopped) return;
    const period = (probe.periodSeconds ?? 10) * 1000;
    if (result.outcome !== 'success' && this.isComingUp(period)) {
      this.schedule(comingUpDelay);
      return;
    }
    this.record(result);
    this.schedule(Math.max(0, period - (clock.monotonic() - began)));
  }

  /**
   * In a container's first moments an early failure of its readiness says nothing;
   * asking again soon makes it ready as soon as it is, not a period later.
   */
  private isComingUp(period: number): boolean {
    const { probe, kind, clock, startedAt } = this.options;
    const age = clock.now() - startedAt - (probe.initialDelaySeconds ?? 0) * 1000;
    return kind === 'readiness' && this.last === undefined && age < Math.min(period, comingUpWindow);
  }

  private record(result: ProbeResult): void {
    if (result.outcome === 'unknown') return;
    const { kind, probe } = this.options;
    const success = result.outcome === 'success';
    if (success === this.last) this.run += 1;
    else this.run = 1;
    this.last = success;
    if (!success) this.options.onFailure(result);
    const threshold = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (this.run < threshold) return;
    const changed = this.passing !== success;
    this.passing = success;
    // A startup probe that has given up says so even though it never passed.
    if (changed || (kind === 'startup' && !success)) this.options.onVerdict(success);
    // Either way it has done its part: the container goes on, or goes down.
    if ((kind === 'startup' && success) || (kind !== 'readiness' && !success)) this.stop();
  }
}
