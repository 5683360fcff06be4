import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Setting } from './settings';

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ConfigOf<S extends Settings> = { readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

/** Everything that is wrong with a service's configuration, told at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** What the command line asked for instead of running: the text to print. */
export class InformationRequest extends Error {
  override readonly name = 'InformationRequest';
}

export interface ConfigSource {
  /** Of the service: its environment variables begin with SKIFF_<APP>_. */
  readonly app: string;
  readonly description: string;
  readonly version: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const variable = (app: string, name: string): string =>
  `SKIFF_${kebab(`${app}-${name}`).replaceAll('-', '_').toUpperCase()}`;

/**
 * Reads the configuration of a service: a flag wins over its environment variable,
 * that over the YAML file named by --config, that over the default. Throws
 * ConfigError with every problem, or InformationRequest for --help and --version.
 *
 * @param check says what is wrong with settings together; one that is wrong by
 *   itself has its default there.
 */
export function loadConfig<S extends Settings>(
  settings: S,
  source: ConfigSource,
  check: (config: ConfigOf<S>) => readonly string[] = () => [],
): ConfigOf<S> {
  const flags = readFlags(settings, source);
  const problems = [...flags.problems];
  const file = readFile(flags.values.get('config') ?? source.env[variable(source.app, 'config')], settings, problems);
  const config: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const candidates: readonly (readonly [string, string | undefined])[] = [
      [`--${kebab(name)}`, flags.values.get(name)],
      [variable(source.app, name), source.env[variable(source.app, name)]],
      [`${name} in the configuration file`, file.get(name)],
    ];
    const [origin, value] = candidates.find(([, candidate]) => candidate !== undefined) ?? ['', undefined];
    try {
      config[name] = value === undefined ? setting.default : setting.parse(value);
    } catch (error) {
      config[name] = setting.default;
      const why = error instanceof Error ? error.message : String(error);
      problems.push(`${origin}: ${why}${why.startsWith('expected') ? `, not "${value}"` : ''}`);
      continue;
    }
    if (setting.needed !== undefined && isEmpty(config[name]))
      problems.push(`--${kebab(name)} is needed${setting.needed && ` ${setting.needed}`}`);
  }
  // Each value came from the setting of its name.
  const result = Object.freeze(config) as ConfigOf<S>;
  problems.push(...check(result));
  if (problems.length) throw new ConfigError(problems);
  return result;
}

/** What every service says to --version: they are released together. */
const release = '0.1.0';

/** How a service reads its configuration; `loadConfig` says from where, and what it throws. */
export type ConfigReader<C> = (argv: readonly string[], env: ConfigSource['env']) => C;

/** The reader of a service's configuration. */
export function configReader<S extends Settings>(
  service: Pick<ConfigSource, 'app' | 'description'>,
  settings: S,
  check?: (config: ConfigOf<S>) => readonly string[],
): ConfigReader<ConfigOf<S>> {
  return (argv, env) => loadConfig(settings, { ...service, version: release, argv, env }, check);
}

/** What is missing of settings that only make sense together, such as a certificate and its key. */
export function pairProblems<S extends string>(
  config: Readonly<Record<S, unknown>>,
  ...pairs: readonly (readonly [S, S])[]
): string[] {
  return pairs
    .flatMap(([one, other]) => [[one, other] as const, [other, one] as const])
    .filter(([given, missing]) => !isEmpty(config[given]) && isEmpty(config[missing]))
    .map(([given, missing]) => `--${kebab(missing)} is needed with --${kebab(given)}`);
}

const isEmpty = (value: unknown): boolean => value === '' || (Array.isArray(value) && value.length === 0);

function readFlags(settings: Settings, source: ConfigSource): { values: Map<string, string>; problems: string[] } {
  const values = new Map<string, string>();
  const problems: string[] = [];
  const names = new Map([...Object.keys(settings), 'config'].map((name) => [kebab(name), name]));
  const { argv } = source;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    if (argument === '--help' || argument === '-h') throw new InformationRequest(renderHelp(settings, source));
    if (argument === '--version') throw new InformationRequest(source.version);
    const match = /^--([a-z0-9-]+)(?:=([\s\S]*))?$/.exec(argument);
    const name = names.get(match?.[1] ?? '');
    if (!match || !name) {
      problems.push(`${argument}: unknown flag; --help lists them`);
      continue;
    }
    const isFlag = typeof settings[name]?.default === 'boolean';
    const value = match[2] ?? (isFlag ? 'true' : argv[(index += 1)]);
    if (value === undefined) problems.push(`${argument}: a value is missing`);
    else values.set(name, value);
  }
  return { values, problems };
}

function readFile(path: string | undefined, settings: Settings, problems: string[]): Map<string, string> {
  const values = new Map<string, string>();
  if (!path) return values;
  try {
    const content: unknown = parse(readFileSync(path, 'utf8')) ?? {};
    if (typeof content !== 'object' || content === null) throw new Error('expected a map of settings');
    for (const [name, value] of Object.entries(content)) {
      if (name in settings) values.set(name, Array.isArray(value) ? value.join(',') : String(value));
      else problems.push(`${path}: unknown setting "${name}"`);
    }
  } catch (error) {
    problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return values;
}

/** What --help prints. */
export function renderHelp(settings: Settings, source: Pick<ConfigSource, 'app' | 'description'>): string {
  const lines = Object.entries(settings).map(([name, setting]) => {
    const unit =
      setting.unit ??
      (typeof setting.default === 'boolean' ? '' : typeof setting.default === 'number' ? 'number' : 'text');
    const fallback = renderDefault(setting);
    return `  --${kebab(name)}${unit ? ` <${unit}>` : ''}\n      ${setting.description}${fallback ? ` (default ${fallback})` : ''}\n      ${variable(source.app, name)}, or ${name} in the file`;
  });
  return `${source.description}\n\n${lines.join('\n')}\n  --config <file>\n      YAML file with settings by their names in camel case\n      ${variable(source.app, 'config')}\n`;
}

/** As a user would write it. */
function renderDefault({ default: value, unit }: Setting<unknown>): string {
  if (Array.isArray(value)) return value.join(',');
  if (unit !== 'duration') return String(value);
  const milliseconds = Number(value);
  const [size, name] = (
    [
      [3_600_000, 'h'],
      [60_000, 'm'],
      [1_000, 's'],
    ] as const
  ).find(([each]) => milliseconds > 0 && milliseconds % each === 0) ?? [1, 'ms'];
  return `${milliseconds / size}${name}`;
}
