/**
 * Throughput of the pure engine: deciding and assuming pods on a large cluster.
 * usage: node tools/bench/scheduler.mjs [nodes] [placed pods] [pods to schedule]
 */
import type { corev1 } from '@skiff/contracts';
import { systemClock } from '@skiff/platform';
import {
  buildProfile,
  ClusterState,
  defaultProfile,
  Nominations,
  runCycle,
  toPodInfo,
  type CycleInput,
} from '@skiff/scheduler';

const [nodes = 5_000, placed = 1_000, pods = 5_000] = process.argv.slice(2).map(Number);

function pod(index: number, group: string, antiAffinity: boolean): corev1.Pod {
  const labels = { app: group };
  return {
    metadata: { name: `${group}-${index}`, namespace: 'default', uid: `${group}-${index}`, labels },
    spec: {
      containers: [{ name: 'c', image: 'busybox', resources: { requests: { cpu: '100m', memory: '200Mi' } } }],
      ...(antiAffinity && {
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
            ],
          },
        },
      }),
    },
  };
}

function measure(name: string, make: (index: number) => corev1.Pod): void {
  const state = new ClusterState();
  for (let index = 0; index < nodes; index += 1) {
    const labels = { 'kubernetes.io/hostname': `n${index}`, 'topology.kubernetes.io/zone': `z${index % 3}` };
    const allocatable = { cpu: '4', memory: '32Gi', pods: '110' };
    state.setNode({ metadata: { name: `n${index}`, labels }, spec: {}, status: { allocatable } });
  }
  for (let index = 0; index < placed; index += 1)
    state.addPod(toPodInfo(pod(index, 'placed', false)), `n${(index * 7) % nodes}`);
  const random = Math.random;
  const objects = {
    services: () => [],
    controllerSelector: () => undefined,
    persistentVolumeClaim: () => undefined,
    persistentVolume: () => undefined,
    storageClassBindingMode: () => undefined,
    disruptionBudgets: () => [],
  };
  const bindPod = (): Promise<void> => Promise.resolve();
  const profile = buildProfile(defaultProfile, { state, objects, clock: systemClock, random, bindPod });
  const input: CycleInput = { state, nominations: new Nominations(), random, percentageOfNodesToScore: 0, cursor: 0 };
  const started = performance.now();
  let scheduled = 0;
  for (let index = 0; index < pods; index += 1) {
    const info = toPodInfo(make(index));
    const outcome = runCycle(profile, input, info);
    if (outcome.kind !== 'chosen') continue;
    state.addPod(info, outcome.node);
    scheduled += 1;
  }
  const seconds = (performance.now() - started) / 1_000;
  const rate = Math.round(pods / seconds);
  console.log(
    JSON.stringify({
      section: 'scheduler',
      work: `engine alone, ${nodes} nodes: ${name}`,
      value: rate,
      unit: 'pods/s',
      placed,
      pods,
      scheduled,
      millisecondsPerPod: +((seconds * 1_000) / pods).toFixed(3),
    }),
  );
}

measure('plain', (index) => pod(index, 'web', false));
measure('anti-affinity, one group', (index) => pod(index, 'db', true));
measure('anti-affinity, groups of 10', (index) => pod(index, `db${Math.floor(index / 10)}`, true));
