import type { corev1 } from '@skiff/contracts';
import { Attribute, objectAttributes, SpanName, type Clock } from '@skiff/platform';
import type { Tracer } from '@opentelemetry/api';
import { containerEvent, type EventSink } from '../events';
import type { Readiness } from '../pod-model/probe-verdicts';
import { findContainer, type SpecContainer } from '../pod-model/pod';
import type { RuntimeContainerStatus } from '../runtime/container-service';
import type { StreamingRuntime } from '../runtime/streaming-runtime';
import { runProbe, type ProbeTarget } from './handlers';
import { ProbeWorker, type ProbeKind } from './probe-worker';

export interface PodProbesOptions {
  readonly runtime: StreamingRuntime;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly tracer: Tracer;
  /** A verdict changed: the pod has to be looked at. */
  onChange(): void;
}

/** A running container, and how its probes reach it. */
interface ProbedContainer {
  readonly pod: corev1.Pod;
  readonly spec: SpecContainer;
  readonly status: RuntimeContainerStatus;
  readonly target: ProbeTarget;
}

interface Probed {
  startup: ProbeWorker | undefined;
  readonly workers: Map<ProbeKind, ProbeWorker>;
  failed: 'liveness' | 'startup' | undefined;
}

const titles: Record<ProbeKind, string> = { liveness: 'Liveness', readiness: 'Readiness', startup: 'Startup' };

/** All probes of one pod's running containers. */
export class PodProbes implements Readiness {
  private readonly probed = new Map<string, Probed>();
  /** Container ids without probes of their own. */
  private readonly plain = new Set<string>();
  private windingDown = false;

  constructor(private readonly options: PodProbesOptions) {}

  ready(containerId: string): boolean {
    if (this.plain.has(containerId)) return true;
    const probed = this.probed.get(containerId);
    if (probed === undefined) return false;
    return probed.workers.get('readiness')?.verdict ?? true;
  }

  started(containerId: string): boolean {
    if (this.plain.has(containerId)) return true;
    const probed = this.probed.get(containerId);
    return probed !== undefined && (probed.startup?.verdict ?? true);
  }

  failed(containerId: string): 'liveness' | 'startup' | undefined {
    return this.probed.get(containerId)?.failed;
  }

  /** Probes the containers of a pod that run, from now on, and no others. */
  follow(pod: corev1.Pod, containers: readonly RuntimeContainerStatus[], podIp: string): void {
    const running = containers.filter(({ phase }) => phase === 'running');
    this.retain(new Set(running.map(({ id }) => id)));
    for (const status of running) {
      const spec = findContainer(pod, status.name);
      if (spec !== undefined) this.watch(pod, spec, status, podIp);
    }
  }

  /** Starts probing a running container; harmless when it is probed already. */
  private watch(pod: corev1.Pod, spec: SpecContainer, status: RuntimeContainerStatus, podIp: string): void {
    if (this.probed.has(status.id) || this.plain.has(status.id)) return;
    const { readinessProbe } = spec.container;
    const { startupProbe, livenessProbe } = this.windingDown ? {} : spec.container;
    if (startupProbe === undefined && livenessProbe === undefined && readinessProbe === undefined) {
      this.plain.add(status.id);
      return;
    }
    const target: ProbeTarget = { containerId: status.id, podIp, ports: spec.container.ports ?? [] };
    const container: ProbedContainer = { pod, spec, status, target };
    const worker = (kind: ProbeKind, probe: corev1.Probe | undefined): ProbeWorker | undefined =>
      probe === undefined ? undefined : this.worker(kind, probe, container);
    const startup = worker('startup', startupProbe);
    const workers = new Map<ProbeKind, ProbeWorker>();
    const readiness = worker('readiness', readinessProbe);
    const liveness = worker('liveness', livenessProbe);
    if (readiness !== undefined) workers.set('readiness', readiness);
    if (liveness !== undefined) workers.set('liveness', liveness);
    this.probed.set(status.id, { startup, workers, failed: undefined });
    // The others wait until the startup probe has passed.
    if (startup !== undefined) startup.start();
    else for (const each of workers.values()) each.start();
  }

  /** Stops probing all but these containers. */
  private retain(ids: ReadonlySet<string>): void {
    for (const id of this.plain) if (!ids.has(id)) this.plain.delete(id);
    for (const [id, probed] of this.probed) {
      if (ids.has(id)) continue;
      probed.startup?.stop();
      for (const worker of probed.workers.values()) worker.stop();
      this.probed.delete(id);
    }
  }

  /**
   * The pod ends: nothing is restarted any more, so only readiness is still looked
   * at, until each container has ended; traffic that has nowhere else to go needs it.
   * Upstream: pkg/kubelet/prober/prober_manager.go
   */
  windDown(): void {
    if (this.windingDown) return;
    this.windingDown = true;
    for (const probed of this.probed.values()) this.windDownOne(probed);
  }

  private windDownOne(probed: Probed): void {
    const waits = probed.startup?.verdict === false;
    probed.startup?.stop();
    probed.startup = undefined;
    probed.failed = undefined;
    probed.workers.get('liveness')?.stop();
    probed.workers.delete('liveness');
    if (waits) probed.workers.get('readiness')?.start();
  }

  stop(): void {
    this.retain(new Set());
  }

  private worker(kind: ProbeKind, probe: corev1.Probe, container: ProbedContainer): ProbeWorker {
    const { pod, spec, status, target } = container;
    const { clock, events, runtime, tracer } = this.options;
    const attributes = { ...objectAttributes(pod, 'Pod'), [Attribute.container]: spec.container.name ?? '' };
    const span = tracer.startSpan(SpanName.probe(kind), { attributes });
    return new ProbeWorker({
      kind,
      probe,
      startedAt: status.startedAt,
      clock,
      run: () => runProbe(runtime, target, probe),
      onFailure: ({ output }) =>
        containerEvent(events, container, 'Warning', 'Unhealthy', `${titles[kind]} probe failed: ${output}`),
      onVerdict: (passing) => {
        span.setAttribute('skiff.probe.passing', passing).end();
        this.settle(kind, status.id, passing);
      },
    });
  }

  private settle(kind: ProbeKind, id: string, passing: boolean): void {
    const probed = this.probed.get(id);
    if (probed === undefined) return;
    if (!passing && kind !== 'readiness') probed.failed = kind;
    if (passing && kind === 'startup') for (const worker of probed.workers.values()) worker.start();
    this.options.onChange();
  }
}
