import { parse } from 'yaml';

export const extensionPoints = [
  'queueSort',
  'preEnqueue',
  'preFilter',
  'filter',
  'postFilter',
  'preScore',
  'score',
  'reserve',
  'permit',
  'preBind',
  'bind',
  'postBind',
] as const;
export type ExtensionPoint = (typeof extensionPoints)[number];

export interface PluginSet {
  readonly enabled: readonly { readonly name: string; readonly weight?: number }[];
  /** `*` is all. */
  readonly disabled: readonly string[];
}

export interface ProfileConfig {
  readonly schedulerName: string;
  readonly plugins: Partial<Readonly<Record<ExtensionPoint | 'multiPoint', PluginSet>>>;
  readonly pluginConfig: ReadonlyMap<string, unknown>;
  readonly percentageOfNodesToScore?: number;
}

/** What upstream's KubeSchedulerConfiguration says that concerns scheduling. */
export interface SchedulerConfig {
  readonly profiles: readonly ProfileConfig[];
  /** 0 chooses by the size of the cluster. */
  readonly percentageOfNodesToScore: number;
  readonly podInitialBackoffSeconds: number;
  readonly podMaxBackoffSeconds: number;
}

export const defaultProfile: ProfileConfig = {
  schedulerName: 'default-scheduler',
  plugins: {},
  pluginConfig: new Map(),
};

export const defaultSchedulerConfig: SchedulerConfig = {
  profiles: [defaultProfile],
  percentageOfNodesToScore: 0,
  podInitialBackoffSeconds: 1,
  podMaxBackoffSeconds: 10,
};

type Fields = Readonly<Record<string, unknown>>;

/** Reads YAML of kind KubeSchedulerConfiguration. Throws RangeError that names the field that is wrong. */
export function parseSchedulerConfig(text: string): SchedulerConfig {
  const document = fields(parse(text), 'the document');
  if (document['kind'] !== 'KubeSchedulerConfiguration')
    throw new RangeError('kind: expected KubeSchedulerConfiguration');
  const number = (name: string, fallback: number): number => {
    const value = document[name] ?? fallback;
    if (typeof value !== 'number' || value < 0) throw new RangeError(`${name}: expected a number from 0 up`);
    return value;
  };
  const profiles = list(document['profiles'], 'profiles').map((each, index) =>
    parseProfile(each, `profiles[${index}]`),
  );
  const names = profiles.map(({ schedulerName }) => schedulerName);
  if (new Set(names).size < names.length) throw new RangeError('profiles: each schedulerName may stand once');
  return {
    profiles: profiles.length ? profiles : [defaultProfile],
    percentageOfNodesToScore: number('percentageOfNodesToScore', 0),
    podInitialBackoffSeconds: number('podInitialBackoffSeconds', 1),
    podMaxBackoffSeconds: number('podMaxBackoffSeconds', 10),
  };
}

function parseProfile(value: unknown, path: string): ProfileConfig {
  const profile = fields(value, path);
  const plugins: Partial<Record<ExtensionPoint | 'multiPoint', PluginSet>> = {};
  for (const [point, set] of Object.entries(fields(profile['plugins'], `${path}.plugins`))) {
    if (point !== 'multiPoint' && !extensionPoints.some((known) => known === point))
      throw new RangeError(`${path}.plugins.${point}: not an extension point`);
    plugins[point as ExtensionPoint] = parseSet(set, `${path}.plugins.${point}`);
  }
  const pluginConfig = list(profile['pluginConfig'], `${path}.pluginConfig`).map((each) => {
    const { name, args } = fields(each, `${path}.pluginConfig`);
    return [text(name, `${path}.pluginConfig.name`), args] as const;
  });
  const percentage = profile['percentageOfNodesToScore'];
  return {
    schedulerName: text(profile['schedulerName'] ?? 'default-scheduler', `${path}.schedulerName`),
    plugins,
    pluginConfig: new Map(pluginConfig),
    ...(typeof percentage === 'number' ? { percentageOfNodesToScore: percentage } : {}),
  };
}

function parseSet(value: unknown, path: string): PluginSet {
  const set = fields(value, path);
  return {
    enabled: list(set['enabled'], `${path}.enabled`).map((each) => {
      const { name, weight } = fields(each, `${path}.enabled`);
      return { name: text(name, `${path}.enabled.name`), ...(typeof weight === 'number' ? { weight } : {}) };
    }),
    disabled: list(set['disabled'], `${path}.disabled`).map((each) =>
      text(fields(each, `${path}.disabled`)['name'], `${path}.disabled.name`),
    ),
  };
}

function fields(value: unknown, path: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw new RangeError(`${path}: expected a map`);
  return value as Fields;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new RangeError(`${path}: expected a list`);
  return value;
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new RangeError(`${path}: expected a text`);
  return value;
}
