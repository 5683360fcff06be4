import { readFileSync } from 'node:fs';
import {
  apiClientSettings,
  certificates,
  ConfigError,
  type ConfigOf,
  hostPort,
  leaderElectionSettings,
  list,
  loadConfig,
  metricsSettings,
  pairProblems,
  privateKey,
  telemetrySettings,
} from '@skiff/platform';
import { defaultSchedulerConfig, parseSchedulerConfig, type SchedulerConfig } from '@skiff/scheduler';
import { parse } from 'yaml';

const settings = {
  ...apiClientSettings('system:kube-scheduler'),
  plugins: list('Modules that export further plugins', []),
  grpcAddress: hostPort('Where SchedulerService.Explain is served; empty is off'),
  servingCertFile: certificates('The certificate it is served with (PEM); without one, only on loopback'),
  servingKeyFile: privateKey('Its private key (PEM)'),
  ...leaderElectionSettings('schedulers'),
  ...metricsSettings,
  ...telemetrySettings,
};

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

export type Config = ConfigOf<typeof settings> & { readonly scheduling: SchedulerConfig };

/**
 * `--config` names a file of settings, or one of kind KubeSchedulerConfiguration with
 * profiles. Throws ConfigError with all problems, or InformationRequest for --help.
 */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv): Config {
  const { path, rest } = splitConfigFlag(argv);
  const scheduling = path === undefined ? undefined : readScheduling(path);
  const source = {
    app: 'scheduler',
    description: 'Places pods on nodes.',
    version: '0.1.0',
    argv: scheduling ? rest : argv,
    env,
  };
  const config = loadConfig(settings, source, servingProblems);
  return { ...config, scheduling: scheduling ?? defaultSchedulerConfig };
}

function servingProblems(config: ConfigOf<typeof settings>): string[] {
  const problems = pairProblems(config, ['servingCertFile', 'servingKeyFile']);
  const host = config.grpcAddress.slice(0, config.grpcAddress.lastIndexOf(':'));
  if (config.grpcAddress && !config.servingCertFile && !loopback.has(host))
    problems.push(
      `--grpc-address ${config.grpcAddress}: --serving-cert-file and --serving-key-file are needed beyond loopback`,
    );
  return problems;
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
