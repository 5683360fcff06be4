import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** How a setting is written, and what it becomes. */
export interface Setting<T> {
  /** Of flags and documentation, such as "seconds" or "host:port". */
  readonly unit?: string;
  readonly description: string;
  readonly default: T;
  /** Turns text into a value; throws an Error whose message says what is expected. */
  parse(text: string): T;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ConfigOf<S extends Settings> = { readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never };

export const text = (description: string, fallback = '', unit?: string): Setting<string> => ({
  description,
  default: fallback,
  parse: (value) => value,
  ...(unit ? { unit } : {}),
});

export const flag = (description: string, fallback = false): Setting<boolean> => ({
  description,
  default: fallback,
  parse: (value) => {
    if (value === 'true' || value === '') return true;
    if (value === 'false') return false;
    throw new Error('expected true or false');
  },
});

export const integer = (
  description: string,
  fallback: number,
  range: { min?: number; max?: number; unit?: string } = {},
): Setting<number> => ({
  description,
  default: fallback,
  ...(range.unit ? { unit: range.unit } : {}),
  parse: (value) => {
    const number = Number(value);
    const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
    if (value.trim() === '' || !Number.isInteger(number) || number < min || number > max)
      throw new Error(`expected a whole number from ${min} to ${max}`);
    return number;
  },
});

export const fraction = (description: string, fallback: number): Setting<number> => ({
  description,
  default: fallback,
  parse: (value) => {
    const number = Number(value);
    if (value.trim() === '' || !(number >= 0 && number <= 1)) throw new Error('expected a number from 0 to 1');
    return number;
  },
});

/** Milliseconds, written as 500ms, 10s, 2m or 1h. */
export const duration = (description: string, fallbackMilliseconds: number): Setting<number> => ({
  description,
  unit: 'duration',
  default: fallbackMilliseconds,
  parse: (value) => {
    const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value);
    const factor = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match?.[2] ?? ''];
    if (!match || factor === undefined) throw new Error('expected a duration such as 500ms, 10s or 2m');
    return Number(match[1]) * factor;
  },
});

export const choice = <T extends string>(description: string, values: readonly T[], fallback: T): Setting<T> => ({
  description,
  unit: values.join('|'),
  default: fallback,
  parse: (value) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new Error(`expected one of ${values.join(', ')}`);
    return found;
  },
});

/** Items with commas between them. */
export const list = (description: string, fallback: readonly string[] = []): Setting<readonly string[]> => ({
  description,
  unit: 'list',
  default: fallback,
  parse: (value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
});

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
 */
export function loadConfig<S extends Settings>(settings: S, source: ConfigSource): ConfigOf<S> {
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
      problems.push(`${origin}: ${error instanceof Error ? error.message : String(error)}, not "${value}"`);
    }
  }
  if (problems.length) throw new ConfigError(problems);
  // Each value came from the setting of its name.
  return Object.freeze(config) as ConfigOf<S>;
}

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
