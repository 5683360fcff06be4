import { readFileSync } from 'node:fs';
import {
  apiClientSettings,
  ConfigError,
  type ConfigOf,
  configReader,
  hostPort,
  leaderElectionSettings,
  list,
  metricsSettings,
  servingProblems,
  servingSettings,
  telemetrySettings,
} from '@skiff/platform';
import { defaultSchedulerConfig, parseSchedulerConfig, type SchedulerConfig } from '@skiff/scheduler';
import { parse } from 'yaml';

const settings = {
  ...apiClientSettings('system:kube-scheduler'),
  plugins: list('Modules that export further plugins', []),
  grpcAddress: hostPort('Where SchedulerService.Explain is served; empty is off'),
  ...servingSettings,
  ...leaderElectionSettings('schedulers'),
  ...metricsSettings,
  ...telemetrySettings,
};

export type Config = ConfigOf<typeof settings> & { readonly scheduling: SchedulerConfig };

const readSettings = configReader(
  { app: 'scheduler', description: 'Places pods on nodes.' },
  settings,
  servingProblems,
);

/**
 * `--config` names a file of settings, or one of kind KubeSchedulerConfiguration with
 * profiles. Throws ConfigError with all problems, or InformationRequest for --help.
 */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const { path, rest } = splitConfigFlag(argv);
  const scheduling = path === undefined ? undefined : readScheduling(path);
  const config = readSettings(scheduling ? rest : argv, env);
  return { ...config, scheduling: scheduling ?? defaultSchedulerConfig };
}

function splitConfigFlag(argv: readonly string[]): { path: string | undefined; rest: string[] } {
  const index = argv.findIndex((argument) => argument === '--config' || argument.startsWith('--config='));
  const argument = argv[index];
  if (argument === undefined) return { path: undefined, rest: [...argv] };
  const joined = argument.startsWith('--config=');
  return {
    path: joined ? argument.slice('--config='.length) : argv[index + 1],
    rest: argv.filter((_, position) => position !== index && (joined || position !== index + 1)),
  };
}

/** The scheduling configuration of a file, unless the file is one of plain settings. */
function readScheduling(path: string): SchedulerConfig | undefined {
  try {
    const content = readFileSync(path, 'utf8');
    const document = parse(content) as { kind?: unknown } | null;
    return document?.kind === undefined ? undefined : parseSchedulerConfig(content);
  } catch (error) {
    throw new ConfigError([`${path}: ${error instanceof Error ? error.message : String(error)}`]);
  }
}
