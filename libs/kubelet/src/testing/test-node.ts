import { Registry } from 'prom-client';
import { Kinds, type corev1, type skiffnodev1 } from '@skiff/contracts';
import { silentLogger, systemClock } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { KubeletMetrics } from '../metrics';
import { createCgroupManager } from '../system/linux/cgroups';
import { TestContainerd, testImage } from './test-containerd';
import { eventually, TestKubelet } from './test-kubelet';

/** What a command in a container, or a container attached to, had to say. */
export interface Ran {
  stdout: string;
  stderr: string;
  exit: skiffnodev1.ExecExit | undefined;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly size?: skiffnodev1.TerminalSize;
}

/** A command that runs until it is stopped. */
export const forever = ['sh', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done'];

/** A pod on the node's own network, whose containers run the test image. */
export function hostPod(name: string, containers: corev1.Container[], spec: corev1.PodSpec = {}): corev1.Pod {
  return {
    metadata: { name, namespace: 'default' },
    spec: {
      nodeName: 'n1',
      hostNetwork: true,
      terminationGracePeriodSeconds: 1,
      containers: containers.map((container) => ({ image: testImage, ...container })),
      ...spec,
    },
  };
}

/** A node with real containers, and an API server of its own. */
export class TestNode {
  private constructor(
    readonly containerd: TestContainerd,
    private readonly api: TestApi,
    readonly cgroupRoot: string,
    private current: TestKubelet,
  ) {}

  get client(): TestClient {
    return this.api.client;
  }

  static async start(cgroupRoot: string): Promise<TestNode> {
    const registry = new Registry();
    const metrics = new KubeletMetrics(registry);
    const containerd = await TestContainerd.start(metrics);
    const api = await startTestApi(systemClock);
    const { client } = api;
    await client.create(Kinds.ServiceAccount, { metadata: { namespace: 'default', name: 'default' } });
    const { directory, runtime } = containerd;
    const kubelet = new TestKubelet({ client, runtime, directory, cgroupRoot, registry, metrics });
    return new TestNode(containerd, api, cgroupRoot, await kubelet.start());
  }

  get kubelet(): TestKubelet {
    return this.current;
  }

  /** Stops the kubelet and starts another; `between` happens while there is none. */
  async restartKubelet(between: () => Promise<unknown>): Promise<void> {
    await this.current.stop();
    await between();
    const { client, cgroupRoot } = this;
    const { directory, runtime } = this.containerd;
    this.current = await new TestKubelet({ client, runtime, directory, cgroupRoot }).start();
  }

  async stop(): Promise<void> {
    await this.current.stop();
    await this.containerd.stop();
    await createCgroupManager(silentLogger).remove(this.cgroupRoot);
    await this.api.stop();
  }

  get(name: string): corev1.Pod | undefined {
    return this.client.peek(Kinds.Pod, `default/${name}`);
  }

  status(name: string): corev1.PodStatus {
    return this.get(name)?.status ?? {};
  }

  /** The status of a pod's first container. */
  only(name: string): corev1.ContainerStatus | undefined {
    return this.status(name).containerStatuses?.[0];
  }

  isReady(name: string): boolean {
    return this.status(name).conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
  }

  create(pod: corev1.Pod): Promise<corev1.Pod> {
    return this.client.create(Kinds.Pod, pod);
  }

  async remove(name: string): Promise<void> {
    await this.client.delete(Kinds.Pod, { namespace: 'default', name });
    await eventually(() => this.get(name) === undefined);
  }

  /** How the first container of a pod ended, once its pod is over. */
  ended(name: string): Promise<corev1.ContainerStateTerminated> {
    const over = (): boolean => ['Succeeded', 'Failed'].includes(this.status(name).phase ?? '');
    return eventually(() => over() && this.only(name)?.state?.terminated);
  }

  async logs(name: string, container = 'c'): Promise<string> {
    const call = this.current.node.logs({
      container: { podNamespace: 'default', podName: name, container },
      options: {},
    });
    const chunks: Buffer[] = [];
    for await (const response of call) chunks.push((response as skiffnodev1.LogsResponse).data ?? Buffer.alloc(0));
    return Buffer.concat(chunks).toString('utf8');
  }

  exec(name: string, command: string[], options: RunOptions = {}): Promise<Ran> {
    const call = this.current.node.exec();
    const streams = { stdin: options.stdin !== undefined, stdout: true, stderr: true, tty: options.size !== undefined };
    const container = { podNamespace: 'default', podName: name, container: 'c' };
    call.write({ start: { container, command, ...streams } });
    if (options.size !== undefined) call.write({ resize: options.size });
    if (options.stdin !== undefined) call.write({ stdin: Buffer.from(options.stdin) });
    if (options.stdin !== undefined) call.write({ closeStdin: {} });
    return collect(call);
  }

  /** Joins the streams of a container's main process and sends it a text. */
  attach(name: string, stdin: string): Promise<Ran> {
    const call = this.current.node.attach();
    const container = { podNamespace: 'default', podName: name, container: 'c' };
    call.write({ start: { container, stdin: true, stdout: true, stderr: true, tty: false } });
    call.write({ stdin: Buffer.from(stdin) });
    return collect(call);
  }
}

interface CommandCall {
  on(event: 'data', listener: (response: skiffnodev1.ExecResponse) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}

function collect(call: CommandCall): Promise<Ran> {
  const ran: Ran = { stdout: '', stderr: '', exit: undefined };
  return new Promise((resolve, reject) => {
    call.on('data', (response: skiffnodev1.ExecResponse) => {
      ran.stdout += response.stdout?.toString('utf8') ?? '';
      ran.stderr += response.stderr?.toString('utf8') ?? '';
      if (response.exit !== undefined) ran.exit = response.exit;
    });
    call.on('error', reject);
    call.on('end', () => resolve(ran));
  });
}
