import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** What of the node the gauges show, read when they are scraped. */
export interface NodeCounts {
  readonly runningPods: number;
  /** Newest attempts of containers by their state in the runtime. */
  readonly containers: Readonly<Record<'created' | 'running' | 'exited' | 'unknown', number>>;
}

const podStartBuckets = [
  0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 20, 30, 45, 60, 120, 180, 240, 300, 360, 480, 600, 900, 1200, 1800, 2700,
  3600,
];
const runtimeBuckets = Array.from({ length: 14 }, (_, index) => 0.005 * 2.5 ** index);
const runtimeLabels = ['operation_type'] as const;

/** The kubelet's metrics under upstream's names. */
export class KubeletMetrics {
  readonly podStartDuration: Histogram;
  readonly podWorkerDuration: Histogram<'operation_type'>;
  readonly startedPods: Counter;
  readonly startedPodsErrors: Counter<'message'>;
  readonly startedContainers: Counter<'container_type'>;
  readonly startedContainersErrors: Counter<'container_type' | 'code'>;
  readonly runtimeOperations: Counter<'operation_type'>;
  readonly runtimeOperationsDuration: Histogram<'operation_type'>;
  readonly runtimeOperationsErrors: Counter<'operation_type'>;

  constructor(private readonly registry: Registry) {
    const registers = [registry];
    this.podStartDuration = new Histogram({
      name: 'kubelet_pod_start_duration_seconds',
      help: 'Seconds from when the kubelet first saw a pod until its containers ran.',
      buckets: podStartBuckets,
      registers,
    });
    this.podWorkerDuration = new Histogram({
      name: 'kubelet_pod_worker_duration_seconds',
      help: 'Seconds that one pass over a pod takes: create, sync or terminate.',
      labelNames: ['operation_type'],
      registers,
    });
    this.startedPods = new Counter({ name: 'kubelet_started_pods_total', help: 'Sandboxes made for pods.', registers });
    this.startedPodsErrors = new Counter({
      name: 'kubelet_started_pods_errors_total',
      help: 'Sandboxes that could not be made.',
      labelNames: ['message'],
      registers,
    });
    this.startedContainers = new Counter({
      name: 'kubelet_started_containers_total',
      help: 'Containers that the kubelet set out to start.',
      labelNames: ['container_type'],
      registers,
    });
    this.startedContainersErrors = new Counter({
      name: 'kubelet_started_containers_errors_total',
      help: 'Containers that could not be started, by the reason that their status shows.',
      labelNames: ['container_type', 'code'],
      registers,
    });
    this.runtimeOperations = new Counter({
      name: 'kubelet_runtime_operations_total',
      help: 'Calls of the container runtime.',
      labelNames: runtimeLabels,
      registers,
    });
    this.runtimeOperationsDuration = new Histogram({
      name: 'kubelet_runtime_operations_duration_seconds',
      help: 'Seconds that calls of the container runtime take.',
      labelNames: runtimeLabels,
      buckets: runtimeBuckets,
      registers,
    });
    this.runtimeOperationsErrors = new Counter({
      name: 'kubelet_runtime_operations_errors_total',
      help: 'Calls of the container runtime that failed.',
      labelNames: runtimeLabels,
      registers,
    });
  }

  /** Shows how many pods and containers there are, from now on. */
  observeNode(nodeName: string, counts: () => NodeCounts): void {
    const registers = [this.registry];
    new Gauge({
      name: 'kubelet_node_name',
      help: 'The name of the node; the value is always 1.',
      labelNames: ['node'],
      registers,
    }).set({ node: nodeName }, 1);
    new Gauge({
      name: 'kubelet_running_pods',
      help: 'Pods that have a sandbox that runs.',
      registers,
      collect() {
        this.set(counts().runningPods);
      },
    });
    new Gauge({
      name: 'kubelet_running_containers',
      help: 'Containers by their state.',
      labelNames: ['container_state'],
      registers,
      collect() {
        for (const [state, count] of Object.entries(counts().containers)) this.set({ container_state: state }, count);
      },
    });
  }
}
