import { trace } from '@opentelemetry/api';
import { Kinds, type corev1 } from '@skiff/contracts';
import { silentLogger } from '@skiff/platform';
import { startTestApi, type TestApi, type TestClient } from '@skiff/test-api';
import { drainEventLoop, FakeClock } from '@skiff/testing';
import { Registry } from 'prom-client';
import { SchedulerMetrics } from './metrics';
import { Scheduler, type SchedulerOptions } from './scheduler';
import { testNode, testPod } from './testing';

/** A scheduler on an API server of its own. */
class Cluster {
  readonly client: TestClient;
  readonly registry = new Registry();
  private readonly stop = new AbortController();
  readonly scheduler: Scheduler;
  private running: Promise<void> = Promise.resolve();

  private constructor(
    private readonly api: TestApi,
    readonly clock: FakeClock,
    options: Partial<SchedulerOptions>,
  ) {
    this.client = api.client;
    this.scheduler = new Scheduler({
      client: this.client,
      clock: this.clock,
      logger: silentLogger,
      tracer: trace.getTracer('test'),
      metrics: new SchedulerMetrics(this.registry),
      random: () => 0,
      ...options,
    });
  }

  static async create(options: Partial<SchedulerOptions> = {}): Promise<Cluster> {
    const clock = new FakeClock();
    return new Cluster(await startTestApi(clock), clock, options);
  }

  start(): void {
    this.running = this.scheduler.run(this.stop.signal).catch((error: unknown) => {
      if (!this.stop.signal.aborted) throw error;
    });
  }

  async end(): Promise<void> {
    this.stop.abort(new Error('the test is over'));
    await this.running;
    await this.api.stop();
  }

  create(pod: corev1.Pod): Promise<corev1.Pod> {
    return this.client.create(Kinds.Pod, pod);
  }

  pod(name: string): corev1.Pod | undefined {
    return this.client.peek(Kinds.Pod, `default/${name}`);
  }

  events(reason: string): (string | undefined)[] {
    return this.client
      .peekAll(Kinds.Event)
      .filter((event) => event.reason === reason)
      .map(({ message }) => message);
  }

  async until(condition: () => boolean): Promise<void> {
    for (let turn = 0; turn < 200; turn += 1) {
      if (condition()) return;
      await drainEventLoop();
    }
    throw new Error('the condition did not come true');
  }
}

describe('the scheduler', () => {
  let cluster: Cluster;

  beforeEach(async () => {
    cluster = await Cluster.create();
  });

  afterEach(() => cluster.end());

  it('binds a pod to the node that it fits on and says so', async () => {
    await cluster.client.create(Kinds.Node, testNode('small', { allocatable: { cpu: '500m' } }));
    await cluster.client.create(Kinds.Node, testNode('large'));
    cluster.start();
    await cluster.create(testPod('web', { requests: { cpu: '2' } }));
    await cluster.until(() => cluster.pod('web')?.spec?.nodeName === 'large');
    await cluster.until(() => cluster.events('Scheduled').length > 0);
    expect(cluster.events('Scheduled')).toEqual(['Successfully assigned default/web to large']);
    expect(cluster.scheduler.explain('default', 'web')).toMatchObject({
      node: 'large',
      nodes: [
        { node: 'large', feasible: true },
        { node: 'small', feasible: false, plugins: [{ plugin: 'NodeResourcesFit', reason: 'Insufficient cpu' }] },
      ],
    });
    expect(await cluster.registry.metrics()).toContain('scheduler_schedule_attempts_total{result="scheduled"');
  });

  it("tells why a pod fits nowhere in upstream's words, and places it when a node comes", async () => {
    await cluster.client.create(Kinds.Node, testNode('full', { allocatable: { cpu: '1' } }));
    await cluster.client.create(
      Kinds.Node,
      testNode('tainted', { spec: { taints: [{ key: 'key', value: 'value', effect: 'NoSchedule' }] } }),
    );
    cluster.start();
    await cluster.create(testPod('web', { requests: { cpu: '2' } }));
    await cluster.until(() => cluster.events('FailedScheduling').length > 0);
    const message =
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {key: value}. ' +
      'preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.';
    expect(cluster.events('FailedScheduling')).toEqual([message]);
    await cluster.until(() => (cluster.pod('web')?.status?.conditions ?? []).length > 0);
    expect(cluster.pod('web')?.status?.conditions).toMatchObject([
      { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message },
    ]);
    await cluster.client.create(Kinds.Node, testNode('large'));
    await cluster.clock.advance(1_100);
    await cluster.until(() => cluster.pod('web')?.spec?.nodeName === 'large');
  });

  it('removes less important pods for one that has nowhere else to go', async () => {
    await cluster.client.create(Kinds.Node, testNode('only'));
    const priorityClassName = 'important';
    await cluster.client.create(Kinds.PriorityClass, { metadata: { name: priorityClassName }, value: 100 });
    cluster.start();
    await cluster.create(testPod('low', { requests: { cpu: '3' } }));
    await cluster.until(() => Boolean(cluster.pod('low')?.spec?.nodeName));
    const high = await cluster.create(testPod('high', { requests: { cpu: '3' }, spec: { priorityClassName } }));
    await cluster.until(() => cluster.events('Preempted').length > 0);
    expect(cluster.events('Preempted')).toEqual([`Preempted by pod ${high.metadata?.uid} on node only`]);
    await cluster.until(() => cluster.pod('high')?.status?.nominatedNodeName === 'only');
    if (cluster.pod('low'))
      await cluster.client.delete(Kinds.Pod, { namespace: 'default', name: 'low' }, { gracePeriodSeconds: 0 });
    await cluster.clock.advance(1_100);
    await cluster.until(() => cluster.pod('high')?.spec?.nodeName === 'only');
  });

  it('waits for scheduling gates', async () => {
    await cluster.client.create(Kinds.Node, testNode('n'));
    cluster.start();
    await cluster.create(testPod('gated', { spec: { schedulingGates: [{ name: 'later' }] } }));
    await cluster.until(() => cluster.scheduler.queue.sizes().gated === 1);
    expect(cluster.pod('gated')?.spec?.nodeName).toBeUndefined();
    await cluster.client.patch(Kinds.Pod, { namespace: 'default', name: 'gated' }, 'merge', {
      spec: { schedulingGates: null },
    });
    await cluster.until(() => cluster.pod('gated')?.spec?.nodeName === 'n');
  });

  it('keeps pods with anti-affinity apart even when they come at once', async () => {
    for (const name of ['a', 'b', 'c']) await cluster.client.create(Kinds.Node, testNode(name));
    cluster.start();
    const labels = { app: 'db' };
    const podAntiAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
      ],
    };
    for (const name of ['p0', 'p1', 'p2', 'p3'])
      await cluster.create(testPod(name, { labels, spec: { affinity: { podAntiAffinity } } }));
    await cluster.until(() => cluster.events('FailedScheduling').length > 0);
    const nodes = ['p0', 'p1', 'p2', 'p3'].flatMap((name) => cluster.pod(name)?.spec?.nodeName ?? []);
    expect(nodes.sort()).toEqual(['a', 'b', 'c']);
    expect(cluster.events('FailedScheduling')).toEqual([
      "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules. " +
        'preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.',
    ]);
  });

  it('leaves pods of other schedulers alone', async () => {
    await cluster.client.create(Kinds.Node, testNode('n'));
    cluster.start();
    await cluster.create(testPod('other', { spec: { schedulerName: 'mine' } }));
    await cluster.create(testPod('web'));
    await cluster.until(() => cluster.pod('web')?.spec?.nodeName === 'n');
    expect(cluster.pod('other')?.spec?.nodeName).toBeUndefined();
  });
});
