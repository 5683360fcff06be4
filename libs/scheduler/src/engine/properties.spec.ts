import fc from 'fast-check';
import { systemClock } from '@skiff/platform';
import { defaultProfile } from '../config/scheduler-config';
import { CycleState } from '../framework/cycle-state';
import type { ObjectReader, PluginContext } from '../framework/plugin';
import { countsOfTerms } from '../plugins/inter-pod-affinity/state';
import { ClusterState } from '../snapshot/cluster-state';
import { toPodInfo, type PodInfo } from '../snapshot/pod-info';
import { runCycle } from './cycle';
import { Nominations } from './nominations';
import { buildProfile, type Profile } from './profile';
import { testNode, testPod } from './testing';

const objects: ObjectReader = {
  services: () => [],
  controllerSelector: () => undefined,
  persistentVolumeClaim: () => undefined,
  persistentVolume: () => undefined,
  storageClassBindingMode: () => undefined,
  disruptionBudgets: () => [],
};

function profileFor(state: ClusterState): Profile {
  const context: PluginContext = {
    state,
    objects,
    clock: systemClock,
    random: () => 0,
    bindPod: () => Promise.resolve(),
  };
  return buildProfile(defaultProfile, context);
}

const apps = fc.constantFrom('a', 'b', 'c');
const nodeArbitrary = fc.record({
  cpu: fc.integer({ min: 1, max: 4 }),
  zone: fc.option(fc.constantFrom('x', 'y')),
  tainted: fc.boolean(),
  cordoned: fc.boolean(),
});
const podArbitrary = fc.record({
  cpu: fc.integer({ min: 0, max: 20 }),
  app: apps,
  affinity: fc.option(apps),
  antiAffinity: fc.option(apps),
  topologyKey: fc.constantFrom('kubernetes.io/hostname', 'zone'),
  spread: fc.boolean(),
  tolerates: fc.boolean(),
  port: fc.option(fc.constantFrom(80, 81)),
  zone: fc.option(fc.constantFrom('x', 'y')),
});

type Drawn = typeof podArbitrary extends fc.Arbitrary<infer T> ? T : never;

function toPod(index: number, drawn: Drawn): PodInfo {
  const term = (app: string): object => ({
    requiredDuringSchedulingIgnoredDuringExecution: [
      { topologyKey: drawn.topologyKey, labelSelector: { matchLabels: { app } } },
    ],
  });
  const pod = testPod(`p${index}`, {
    requests: { cpu: `${drawn.cpu}00m` },
    labels: { app: drawn.app },
    spec: {
      ...(drawn.zone ? { nodeSelector: { zone: drawn.zone } } : {}),
      ...(drawn.tolerates ? { tolerations: [{ operator: 'Exists' }] } : {}),
      affinity: {
        ...(drawn.affinity ? { podAffinity: term(drawn.affinity) } : {}),
        ...(drawn.antiAffinity ? { podAntiAffinity: term(drawn.antiAffinity) } : {}),
      },
      ...(drawn.spread
        ? {
            topologySpreadConstraints: [
              {
                topologyKey: drawn.topologyKey,
                maxSkew: 1,
                whenUnsatisfiable: 'DoNotSchedule',
                labelSelector: { matchLabels: { app: drawn.app } },
              },
            ],
          }
        : {}),
    },
  });
  const [container] = pod.spec?.containers ?? [];
  if (container && drawn.port) container.ports = [{ containerPort: drawn.port, hostPort: drawn.port, protocol: 'TCP' }];
  return toPodInfo(pod);
}

/** The same cluster, told anew in one go. */
function rebuild(state: ClusterState): ClusterState {
  const fresh = new ClusterState();
  for (const { node } of state.nodes) if (node) fresh.setNode(node);
  for (const { name, pods } of state.nodes) for (const pod of pods.values()) fresh.addPod(pod, name);
  return fresh;
}

describe('the engine in random clusters', () => {
  it('chooses nodes that pass all filters, and agrees with a state built anew', () => {
    fc.assert(
      fc.property(
        fc.array(nodeArbitrary, { minLength: 1, maxLength: 6 }),
        fc.array(fc.tuple(podArbitrary, fc.boolean(), fc.boolean()), { maxLength: 15 }),
        (nodes, steps) => {
          const state = new ClusterState();
          const set = (index: number, flip: boolean): void => {
            const { cpu, zone, tainted, cordoned } = nodes[index] as (typeof nodes)[number];
            const shown = flip ? (zone === 'x' ? 'y' : 'x') : zone;
            state.setNode(
              testNode(`n${index}`, {
                allocatable: { cpu: String(cpu) },
                labels: shown ? { zone: shown } : {},
                spec: {
                  ...(cordoned ? { unschedulable: true } : {}),
                  ...(tainted ? { taints: [{ key: 'k', effect: 'NoSchedule' }] } : {}),
                },
              }),
            );
          };
          nodes.forEach((_, index) => set(index, false));
          const profile = profileFor(state);
          const input = {
            state,
            nominations: new Nominations(),
            random: () => 0,
            percentageOfNodesToScore: 0,
            cursor: 0,
          };
          steps.forEach(([drawn, removeOne, moveOne], index) => {
            const pod = toPod(index, drawn);
            const outcome = runCycle(profile, input, pod);
            const fresh = rebuild(state);
            const judge = profileFor(fresh);
            const passing = fresh.nodes.filter((node) => {
              const cycle = new CycleState();
              const results = judge.preFilter.map((plugin) => plugin.preFilter(cycle, pod));
              const skipped = new Set(
                judge.preFilter.filter((_, at) => results[at]?.kind === 'skip').map(({ name }) => name),
              );
              return (
                results.every(({ kind }) => kind !== 'reject') &&
                judge.filter.every(
                  (plugin) => skipped.has(plugin.name) || plugin.filter(cycle, pod, node) === undefined,
                )
              );
            });
            if (outcome.kind === 'chosen') {
              expect(passing.map(({ name }) => name)).toContain(outcome.node);
              state.addPod(pod, outcome.node);
            } else expect(passing).toEqual([]);
            if (removeOne) state.removePod(`default/p${Math.floor(index / 2)}`);
            if (moveOne) set(index % nodes.length, true);
          });
          const fresh = rebuild(state);
          for (const node of state.nodes) expect(node.requested).toEqual(fresh.node(node.name)?.requested);
          for (const app of ['a', 'b', 'c'] as const) {
            const antiAffinity = app;
            const probe = toPod(99, {
              cpu: 0,
              app,
              affinity: null,
              antiAffinity,
              topologyKey: 'zone',
              spread: false,
              tolerates: false,
              port: null,
              zone: null,
            });
            const terms = probe.requiredAntiAffinity;
            expect(countsOfTerms(state, 'zone', terms).counts).toEqual(countsOfTerms(fresh, 'zone', terms).counts);
          }
          const carried = (of: ClusterState): unknown =>
            [...of.carriedAntiAffinity.candidates('default')]
              .map(({ term, weights }) => [term.key, new Map([...weights].sort())])
              .sort();
          expect(carried(state)).toEqual(carried(fresh));
        },
      ),
      { numRuns: 150 },
    );
  });
});
