import type { ApiObject } from '@skiff/apimachinery';
import { Kinds, type appsv1, type corev1, type Kind } from '@skiff/contracts';
import { formatTime, offTracer, silentLogger } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { drainEventLoop, FakeClock } from '@skiff/testing';
import { Registry } from 'prom-client';
import type { ControllersOptions } from '../runtime/registry';
import { controllersService } from '../service';

/** The containers of a pod template, and whether its pods run: `broken` images never become ready. */
export function template(image = 'v1', labels: { [key: string]: string } = { app: 'web' }): corev1.PodTemplateSpec {
  return { metadata: { labels }, spec: { containers: [{ name: 'c', image }] } };
}

/** Controllers on an API server of their own, with nodes whose pods run as soon as they are looked at. */
export class World {
  readonly client: TestClient;
  /** Nodes whose kubelet lives. */
  readonly kubelets = new Set<string>();
  /** Checked whenever something has changed. */
  invariant: () => void = () => undefined;
  /** What becomes of a pod that runs; undefined leaves it running. */
  outcome: (pod: corev1.Pod) => 'Succeeded' | 'Failed' | undefined = () => undefined;
  /** With what the containers of a pod that fails have ended. */
  exitCode: (pod: corev1.Pod) => number = () => 1;
  /** The node for a pod that has none; the first without taints when there is none. */
  place: (pod: corev1.Pod) => string | undefined = () => undefined;
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private addresses = 0;

  private constructor(
    readonly api: TestApi,
    readonly clock: FakeClock,
  ) {
    this.client = api.client;
  }

  /** An API server with nothing but what every cluster starts with. */
  static async empty(): Promise<World> {
    const clock = new FakeClock();
    return new World(await startTestApi(clock), clock);
  }

  /** Runs these controllers, in a namespace `shop` on a node `n1`. */
  static async start(controllers: readonly string[], options: ControllersOptions = {}): Promise<World> {
    const world = await World.empty();
    await world.client.create(Kinds.Namespace, { metadata: { name: 'shop' } });
    await world.addNode('n1');
    world.run(controllers, options);
    await world.settle();
    return world;
  }

  run(controllers: readonly string[], options: ControllersOptions = {}): void {
    const { client, clock } = this;
    const parts = { client, clock, random: () => 0, logger: silentLogger, tracer: offTracer, metrics: new Registry() };
    this.running = controllersService(parts, { controllers, ...options }).run(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort(new Error('the test is over'));
    await this.running;
    await this.api.stop();
  }

  async addNode(name: string, labels: { [key: string]: string } = {}): Promise<void> {
    this.kubelets.add(name);
    await this.client.create<corev1.Node>(Kinds.Node, { metadata: { name, labels } });
    await this.heartbeat(name);
  }

  /** A node's kubelet says that it is well. */
  async heartbeat(name: string): Promise<void> {
    const now = formatTime(this.clock.now());
    const type = 'Ready';
    const current = this.client
      .peek(Kinds.Node, name)
      ?.status?.conditions?.find((condition) => condition.type === type);
    const lastTransitionTime = current?.status === 'True' ? current.lastTransitionTime : now;
    const condition = { type, status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime };
    await this.client.patch(
      Kinds.Node,
      { name },
      'strategic',
      { status: { conditions: [condition] } },
      { subresource: 'status' },
    );
  }

  /** Lets time pass while living kubelets send their heartbeats. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= 10) {
      await this.clock.advance(Math.min(left, 10) * 1000);
      for (const name of this.kubelets) await this.heartbeat(name);
      await this.settle();
    }
  }

  /** Lets controllers and kubelets act until nothing changes any more. */
  async settle(): Promise<void> {
    for (let round = 0; round < 200; round++) {
      await this.calm();
      if (!(await this.runPods())) return;
    }
    throw new Error('the world does not come to rest');
  }

  /** Lets controllers act alone. */
  async calm(): Promise<void> {
    for (let quiet = 0, version = this.client.version; quiet < 3;) {
      await drainEventLoop();
      this.invariant();
      quiet = version === this.client.version ? quiet + 1 : 0;
      version = this.client.version;
    }
  }

  pods(namespace = 'shop'): corev1.Pod[] {
    return this.client.peekAll(Kinds.Pod).filter((pod) => pod.metadata?.namespace === namespace);
  }

  runningPods(): corev1.Pod[] {
    return this.pods().filter(
      (pod) => pod.status?.phase === 'Running' && pod.metadata?.deletionTimestamp === undefined,
    );
  }

  get<T extends ApiObject>(kind: Kind<T>, name: string, namespace = 'shop'): T {
    const object = this.client.peek(kind, kind.namespaced ? `${namespace}/${name}` : name);
    if (!object) throw new Error(`there is no ${kind.kind} ${name}`);
    return object;
  }

  /** Reasons and messages of the events about an object, in order. */
  events(name: string): string[] {
    return this.client
      .peekAll(Kinds.Event)
      .filter((event) => event.involvedObject?.name === name)
      .map((event) => `${event.type} ${event.reason} ${event.message}`);
  }

  async deploy(name: string, spec: appsv1.DeploymentSpec = {}): Promise<appsv1.Deployment> {
    const created = await this.client.create<appsv1.Deployment>(Kinds.Deployment, {
      metadata: { name, namespace: 'shop' },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec },
    });
    await this.settle();
    return created;
  }

  /** A merge patch of an object's spec, and what follows from it. */
  async change<T extends ApiObject>(kind: Kind<T>, name: string, spec: unknown): Promise<void> {
    await this.client.patch(kind, { namespace: 'shop', name }, 'merge', { spec });
    await this.settle();
  }

  /** One look of every living kubelet at its pods; whether any of them changed. */
  private async runPods(): Promise<boolean> {
    const before = this.client.version;
    for (const pod of this.client.peekAll(Kinds.Pod)) await this.runPod(pod);
    return this.client.version !== before;
  }

  private async runPod(pod: corev1.Pod): Promise<void> {
    const key = { namespace: pod.metadata?.namespace, name: pod.metadata?.name ?? '' };
    const node = pod.spec?.nodeName;
    if (!node) {
      const free = [...this.kubelets].filter((name) => this.client.peek(Kinds.Node, name)?.spec?.taints === undefined);
      const first = this.place(pod) ?? free[0];
      if (first) await this.client.bindPods([{ metadata: key, target: { kind: 'Node', name: first } }]);
      return;
    }
    if (!this.kubelets.has(node)) return;
    if (pod.metadata?.deletionTimestamp !== undefined) {
      if (pod.metadata.deletionGracePeriodSeconds) await this.client.delete(Kinds.Pod, key, { gracePeriodSeconds: 0 });
      return;
    }
    if (pod.status?.phase === 'Pending')
      await this.report(pod, 'Running', pod.spec?.containers?.[0]?.image !== 'broken');
    else if (pod.status?.phase === 'Running') {
      const phase = this.outcome(pod);
      if (phase) await this.report(pod, phase, false);
    }
  }

  /** Writes a pod's status, as its kubelet does. */
  async report(pod: corev1.Pod, phase: string, ready: boolean): Promise<void> {
    const { namespace, name = '' } = pod.metadata ?? {};
    const lastTransitionTime = formatTime(this.clock.now());
    const podIP = pod.status?.podIP ?? `10.244.0.${(this.addresses += 1)}`;
    const status = {
      phase,
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }],
      ...((phase === 'Succeeded' || phase === 'Failed') && {
        containerStatuses: this.ended(pod, phase === 'Failed' ? this.exitCode(pod) : 0),
      }),
    };
    await this.client.patch(Kinds.Pod, { namespace, name }, 'strategic', { status }, { subresource: 'status' });
  }

  private ended({ spec }: corev1.Pod, exitCode: number): corev1.ContainerStatus[] {
    const finishedAt = formatTime(this.clock.now());
    return (spec?.containers ?? []).map(({ name }) => ({ name, state: { terminated: { exitCode, finishedAt } } }));
  }
}
