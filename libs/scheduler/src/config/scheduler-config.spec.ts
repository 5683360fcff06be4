import { trace } from '@opentelemetry/api';
import { silentLogger } from '@skiff/platform';
import { startTestApi } from '@skiff/test-api';
import { FakeClock } from '@skiff/testing';
import { Registry } from 'prom-client';
import { buildProfile, type Profile } from '../engine/profile';
import { SchedulerMetrics } from '../engine/metrics';
import { Scheduler } from '../engine/scheduler';
import type { Plugin, PluginContext } from '../framework/plugin';
import { defaultSchedulerConfig, parseSchedulerConfig } from './scheduler-config';

const configuration = (rest: string): string =>
  `apiVersion: kubescheduler.config.k8s.io/v1\nkind: KubeSchedulerConfiguration\n${rest}`;

/** The first profile of a configuration, with its plugins made. */
function firstProfile(rest: string, mine: Plugin[] = []): Profile {
  const [profile] = parseSchedulerConfig(configuration(rest)).profiles;
  if (!profile) throw new Error('there is no profile');
  const registry = new Map(mine.map((plugin) => [plugin.name, () => plugin]));
  return buildProfile(profile, {} as PluginContext, registry);
}

const weightsOf = ({ score }: Profile): Record<string, number> =>
  Object.fromEntries(score.map(({ plugin, weight }) => [plugin.name, weight]));

describe('a KubeSchedulerConfiguration', () => {
  it('is the default one when it says nothing', () => {
    expect(parseSchedulerConfig(configuration(''))).toEqual(defaultSchedulerConfig);
    expect(weightsOf(firstProfile(''))).toEqual({
      TaintToleration: 3,
      NodeAffinity: 2,
      NodeResourcesFit: 1,
      PodTopologySpread: 2,
      InterPodAffinity: 2,
      NodeResourcesBalancedAllocation: 1,
      ImageLocality: 1,
    });
  });

  it('turns plugins on and off, everywhere or at one extension point, and weighs them', () => {
    const mine = { name: 'Mine', score: () => 1, filter: () => undefined };
    const profile = firstProfile(
      `profiles:
- schedulerName: special
  plugins:
    multiPoint:
      enabled: [{ name: Mine, weight: 7 }]
      disabled: [{ name: PodTopologySpread }]
    score:
      enabled: [{ name: NodeResourcesFit, weight: 4 }]
      disabled: [{ name: '*' }]
`,
      [mine],
    );
    expect(profile.schedulerName).toBe('special');
    expect(weightsOf(profile)).toEqual({ NodeResourcesFit: 4 });
    const filters = profile.filter.map(({ name }) => name);
    expect(filters).toContain('Mine');
    expect(filters).not.toContain('PodTopologySpread');
  });

  it('gives a plugin that is enabled everywhere its weight', () => {
    const mine = { name: 'Mine', score: () => 1 };
    const profile = firstProfile('profiles: [{ plugins: { multiPoint: { enabled: [{ name: Mine, weight: 7 }] } } }]', [
      mine,
    ]);
    expect(weightsOf(profile)['Mine']).toBe(7);
  });

  it.each([
    ['kind: Pod', 'kind: expected KubeSchedulerConfiguration'],
    [configuration('podMaxBackoffSeconds: -1'), 'podMaxBackoffSeconds: expected a number from 0 up'],
    [configuration('profiles: {}'), 'profiles: expected a list'],
    [configuration('profiles: [{}, {}]'), 'profiles: each schedulerName may stand once'],
    [
      configuration('profiles: [{ plugins: { nonsense: {} } }]'),
      'profiles[0].plugins.nonsense: not an extension point',
    ],
    [
      configuration('profiles: [{ plugins: { score: { enabled: [{ weight: 1 }] } } }]'),
      'profiles[0].plugins.score.enabled.name: expected a text',
    ],
  ])('is refused by the name of the field that is wrong (%#)', (text, message) => {
    expect(() => parseSchedulerConfig(text)).toThrow(new RangeError(message));
  });

  it.each([
    ['{ score: { enabled: [{ name: Absent }] } }', 'plugin "Absent" is not known'],
    ['{ score: { enabled: [{ name: NodeName }] } }', 'plugin "NodeName" has no score'],
    ["{ multiPoint: { disabled: [{ name: '*' }] } }", 'a queueSort plugin is needed'],
    ['{ bind: { disabled: [{ name: DefaultBinder }] } }', 'a bind plugin is needed'],
  ])('is refused when its plugins cannot schedule (%#)', (plugins, message) => {
    expect(() => firstProfile(`profiles: [{ plugins: ${plugins} }]`)).toThrow(
      new RangeError(`profile "default-scheduler": ${message}`),
    );
  });

  it('makes a scheduler that serves each of its profiles', async () => {
    const clock = new FakeClock();
    const api = await startTestApi(clock);
    const make = (): Scheduler =>
      new Scheduler({
        client: api.client,
        clock,
        logger: silentLogger,
        tracer: trace.getTracer('test'),
        metrics: new SchedulerMetrics(new Registry()),
        random: () => 0,
        config: parseSchedulerConfig(configuration('profiles: [{ schedulerName: a }, { schedulerName: b }]')),
      });
    expect(make).not.toThrow();
    await api.stop();
  });
});
