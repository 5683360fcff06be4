import type {
  BindPlugin,
  FilterPlugin,
  PermitPlugin,
  Plugin,
  PluginContext,
  PluginFactory,
  PostBindPlugin,
  PostFilterPlugin,
  PreBindPlugin,
  PreEnqueuePlugin,
  PreFilterPlugin,
  PreScorePlugin,
  QueueSortPlugin,
  ReservePlugin,
  ScorePlugin,
} from '../framework/plugin';
import { builtInPlugins } from '../plugins';
import { extensionPoints, type ExtensionPoint, type PluginSet, type ProfileConfig } from '../config/scheduler-config';

/** The plugins that pods of one scheduler name go through, by extension point and in order. */
export interface Profile {
  readonly schedulerName: string;
  readonly percentageOfNodesToScore: number | undefined;
  readonly queueSort: QueueSortPlugin;
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly preFilter: readonly PreFilterPlugin[];
  readonly filter: readonly FilterPlugin[];
  readonly postFilter: readonly PostFilterPlugin[];
  readonly preScore: readonly PreScorePlugin[];
  readonly score: readonly { readonly plugin: ScorePlugin; readonly weight: number }[];
  readonly reserve: readonly ReservePlugin[];
  readonly permit: readonly PermitPlugin[];
  readonly preBind: readonly PreBindPlugin[];
  readonly bind: readonly BindPlugin[];
  readonly postBind: readonly PostBindPlugin[];
  readonly plugins: ReadonlyMap<string, Plugin>;
}

/** More plugins, by name; see `loadPlugins`. */
export type PluginRegistry = ReadonlyMap<string, PluginFactory>;

/** The methods that make a plugin one of an extension point. */
const methods: Readonly<Record<ExtensionPoint, string>> = {
  queueSort: 'less',
  preEnqueue: 'preEnqueue',
  preFilter: 'preFilter',
  filter: 'filter',
  postFilter: 'postFilter',
  preScore: 'preScore',
  score: 'score',
  reserve: 'reserve',
  permit: 'permit',
  preBind: 'preBind',
  bind: 'bind',
  postBind: 'postBind',
};

/** Makes the plugins of a profile. Throws RangeError for a plugin that is unknown or lacks an extension point. */
export function buildProfile(
  config: ProfileConfig,
  context: PluginContext,
  registry: PluginRegistry = new Map(),
): Profile {
  const made = new Map<string, Plugin>();
  const weights = new Map<string, number>(builtInPlugins.map(({ name, weight }) => [name, weight]));
  const factories = new Map([...builtInPlugins.map(({ name, make }) => [name, make] as const), ...registry]);
  const instance = (name: string): Plugin => {
    const known = made.get(name);
    if (known) return known;
    const make = factories.get(name);
    if (!make) throw new RangeError(`profile "${config.schedulerName}": plugin "${name}" is not known`);
    const plugin = make(context, config.pluginConfig.get(name));
    made.set(name, plugin);
    return plugin;
  };
  const everywhere = select(
    builtInPlugins.map(({ name }) => name),
    config.plugins.multiPoint,
    weights,
  );
  const at = (point: ExtensionPoint): Plugin[] => {
    const method = methods[point];
    const inherited = everywhere.filter((name) => method in instance(name));
    return select(inherited, config.plugins[point], weights).map((name) => {
      const plugin = instance(name);
      if (method in plugin) return plugin;
      throw new RangeError(`profile "${config.schedulerName}": plugin "${name}" has no ${point}`);
    });
  };
  // `at` has checked that each has the method of its extension point.
  const lists = Object.fromEntries(extensionPoints.map((point) => [point, at(point)])) as unknown as Omit<
    Profile,
    'queueSort' | 'score'
  > & { queueSort: QueueSortPlugin[]; score: ScorePlugin[] };
  const [queueSort] = lists.queueSort;
  if (!queueSort) throw new RangeError(`profile "${config.schedulerName}": a queueSort plugin is needed`);
  if (lists.bind.length === 0) throw new RangeError(`profile "${config.schedulerName}": a bind plugin is needed`);
  return {
    ...lists,
    schedulerName: config.schedulerName,
    percentageOfNodesToScore: config.percentageOfNodesToScore,
    queueSort,
    score: lists.score.map((plugin) => ({ plugin, weight: weights.get(plugin.name) || 1 })),
    plugins: made,
  };
}

function select(defaults: readonly string[], set: PluginSet | undefined, weights: Map<string, number>): string[] {
  const disabled = new Set(set?.disabled);
  const names = disabled.has('*') ? [] : defaults.filter((name) => !disabled.has(name));
  for (const { name, weight } of set?.enabled ?? []) {
    if (weight !== undefined) weights.set(name, weight);
    if (!names.includes(name)) names.push(name);
  }
  return names;
}
