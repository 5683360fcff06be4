import { join } from 'node:path';
import { credentials } from '@grpc/grpc-js';
import { trace } from '@opentelemetry/api';
import { skiffnodev1, type corev1 } from '@skiff/contracts';
import { silentLogger, systemClock, systemRandom } from '@skiff/platform';
import type { TestClient } from '@skiff/test-api';
import { Registry } from 'prom-client';
import { Kubelet } from '../kubelet';
import { KubeletMetrics } from '../metrics';
import type { NodeFacts } from '../node/node-object';
import { hollowNetwork } from '../system/hollow/network';
import { linuxSystem } from '../system/linux/linux-system';
import type { NodeSystem } from '../system/system';
import type { ContainerRuntime } from '../runtime/container-runtime';
import { serveNode } from '../server/serve';

/** Nobody asks the API server who may call. */
const openToAll = { admit: () => Promise.resolve() };

export interface RecordedEvent {
  readonly name: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly fieldPath: string | undefined;
}

export interface TestKubeletOptions {
  readonly client: TestClient;
  readonly runtime: ContainerRuntime;
  readonly directory: string;
  readonly cgroupRoot: string;
  readonly registry?: Registry;
  /** Made of the registry if absent. */
  readonly metrics?: KubeletMetrics;
  /** Default this machine's, with its network left alone. */
  readonly system?: NodeSystem;
}

/** A kubelet of node `n1`, and what it told. */
export class TestKubelet {
  readonly events: RecordedEvent[] = [];
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private service: skiffnodev1.NodeServiceClient | undefined;
  readonly client: TestClient;
  readonly registry: Registry;
  readonly kubelet: Kubelet;

  constructor(options: TestKubeletOptions) {
    const { client, runtime, directory, cgroupRoot } = options;
    this.client = client;
    this.registry = options.registry ?? new Registry();
    this.kubelet = new Kubelet({
      client,
      runtime,
      facts,
      rootDirectory: join(directory, 'kubelet'),
      cniConfigDirectory: join(directory, 'cni-written'),
      bridge: 'cni0',
      mtu: 0,
      cgroupRoot,
      dns: { servers: ['10.96.0.10'], domain: 'cluster.local', host: { servers: [], searches: [], options: [] } },
      system: options.system ?? { ...linuxSystem(silentLogger), network: hollowNetwork },
      events: {
        event: (object, type, reason, message, options) => {
          const name =
            'metadata' in object ? (object.metadata?.name ?? '') : ((object as corev1.ObjectReference).name ?? '');
          this.events.push({ name, type, reason, message, fieldPath: options?.fieldPath });
        },
      },
      clock: systemClock,
      random: systemRandom,
      logger: silentLogger,
      tracer: trace.getTracer('test'),
      metrics: options.metrics ?? new KubeletMetrics(this.registry),
    });
  }

  async start(): Promise<this> {
    const port = await serveNode(this.kubelet, { address: '127.0.0.1:0', guard: openToAll }, this.stopping.signal);
    this.service = new skiffnodev1.NodeServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
    this.running = this.kubelet.run(this.stopping.signal).catch((error: unknown) => {
      if (!this.stopping.signal.aborted) throw error;
    });
    return this;
  }

  get node(): skiffnodev1.NodeServiceClient {
    if (this.service === undefined) throw new Error('not started');
    return this.service;
  }

  /** Stops the kubelet; its pods go on. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('the test is over'));
    this.service?.close();
    await this.running;
  }

  /** Messages of a pod's events with this reason. */
  messages(name: string, reason: string): string[] {
    return this.events.filter((event) => event.name === name && event.reason === reason).map(({ message }) => message);
  }
}

const facts: NodeFacts = {
  name: 'n1',
  ips: ['127.0.0.1'],
  labels: {},
  taints: [],
  port: 10250,
  cpuCount: 2,
  memoryBytes: 8 * 2 ** 30,
  storageBytes: 100 * 2 ** 30,
  maxPods: 110,
  architecture: 'amd64',
  system: { operatingSystem: 'linux', architecture: 'amd64' },
};

/** Resolves with the first result that is neither undefined nor false. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
  milliseconds = 20_000,
): Promise<T> {
  const end = systemClock.monotonic() + milliseconds;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (systemClock.monotonic() > end) throw new Error(`still not so after ${milliseconds} ms: ${look.toString()}`);
    await systemClock.sleep(20);
  }
}
