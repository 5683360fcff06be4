import { trace } from '@opentelemetry/api';
import type { corev1 } from '@skiff/contracts';
import { FakeClock } from '@skiff/testing';
import type { StreamingRuntime } from '../runtime/streaming-runtime';
import { aContainer, aPod } from '../testing/pods';
import { PodProbes } from './pod-probes';

/** Probes of one container, whose answers a test decides on. */
class Probed {
  readonly clock = new FakeClock();
  /** By the command of the probe; those that are not there fail. */
  readonly passing = new Set<string>();
  readonly asked: string[] = [];
  readonly probes = new PodProbes({
    runtime: this.runtime(),
    events: { event: () => undefined },
    clock: this.clock,
    tracer: trace.getTracer('test'),
    onChange: () => undefined,
  });
  private readonly status = aContainer('c', { startedAt: this.clock.now() });

  constructor(private readonly container: corev1.Container) {}

  follow(): void {
    this.probes.follow(aPod({ containers: [this.container] }), [this.status], '10.0.0.2');
  }

  get verdicts(): { ready: boolean; started: boolean; failed: string | undefined } {
    const { id } = this.status;
    return {
      ready: this.probes.ready(id),
      started: this.probes.started(id),
      failed: this.probes.failed(id),
    };
  }

  private runtime(): StreamingRuntime {
    const none = (): Promise<never> => Promise.reject(new Error('not asked for'));
    return {
      execSync: async (_, [command = '']) => {
        this.asked.push(command);
        return { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0), exitCode: this.passing.has(command) ? 0 : 1 };
      },
      exec: none,
      attach: none,
      portForward: none,
    };
  }
}

const probe = (command: string): corev1.Probe => ({
  exec: { command: [command] },
  periodSeconds: 1,
  failureThreshold: 1,
});
const second = 1000;

describe('the probes of a pod that ends', () => {
  it('go on for readiness, and end for the rest', async () => {
    const probed = new Probed({ name: 'c', readinessProbe: probe('ready'), livenessProbe: probe('alive') });
    probed.passing.add('ready').add('alive');
    probed.follow();
    await probed.clock.advance(second);
    expect(probed.verdicts).toEqual({ ready: true, started: true, failed: undefined });

    probed.probes.windDown();
    probed.passing.clear();
    probed.asked.splice(0);
    await probed.clock.advance(3 * second);
    expect(probed.verdicts).toEqual({ ready: false, started: true, failed: undefined });
    expect(new Set(probed.asked)).toEqual(new Set(['ready']));
    probed.passing.add('ready');
    await probed.clock.advance(second);
    expect(probed.verdicts.ready).toBe(true);
    probed.probes.stop();
  });

  it('forget that the container has failed one', async () => {
    const probed = new Probed({ name: 'c', livenessProbe: probe('alive') });
    probed.follow();
    await probed.clock.advance(second);
    expect(probed.verdicts.failed).toBe('liveness');
    probed.probes.windDown();
    expect(probed.verdicts.failed).toBeUndefined();
    probed.probes.stop();
  });

  it('wait no more for the startup of a container', async () => {
    const probed = new Probed({ name: 'c', readinessProbe: probe('ready'), startupProbe: probe('up') });
    probed.passing.add('ready');
    probed.follow();
    expect(probed.verdicts).toMatchObject({ ready: false, started: false });
    probed.probes.windDown();
    await probed.clock.advance(second);
    expect(probed.verdicts).toEqual({ ready: true, started: true, failed: undefined });
    probed.probes.stop();
  });

  it('are those of readiness for a container that is seen only now', async () => {
    const probed = new Probed({ name: 'c', readinessProbe: probe('ready'), livenessProbe: probe('alive') });
    probed.probes.windDown();
    probed.follow();
    await probed.clock.advance(second);
    expect(new Set(probed.asked)).toEqual(new Set(['ready']));
    probed.probes.stop();
  });
});
