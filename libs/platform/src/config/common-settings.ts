import { pairProblems } from './config';
import { certificates, choice, duration, flag, fraction, hostPort, integer, needed, privateKey, url } from './settings';

/** How a service reaches the API server, as the user that its certificate names. */
export const apiClientSettings = (user: string) =>
  ({
    apiServer: hostPort('The API server', '127.0.0.1:6443'),
    caFile: needed(certificates("The cluster CA's certificate (PEM)"), 'to trust the API server'),
    certFile: needed(certificates(`The client certificate of ${user} (PEM)`), 'to be known to the API server'),
    keyFile: needed(privateKey('Its private key (PEM)'), 'to be known to the API server'),
  }) as const;

/** How one of several instances comes to act. Durations are in milliseconds. */
export const leaderElectionSettings = (instances: string) =>
  ({
    leaderElect: flag(`Whether only one of several ${instances} acts at a time`, true),
    leaderElectLeaseDuration: duration('How long others wait for a leader that is silent', 15_000),
    leaderElectRenewDeadline: duration('How long a leader that cannot renew goes on', 10_000),
    leaderElectRetryPeriod: duration('Time between two tries to lead', 2_000),
  }) as const;

export const metricsSettings = {
  metricsAddress: hostPort('Where /metrics and /healthz are served; empty is off'),
} as const;

const healthSettings = {
  grpcAddress: hostPort('Where health and reflection are served over gRPC; empty is off'),
} as const;

/** Without a certificate nobody is asked who they are, so that only loopback is left. */
export const servingSettings = {
  servingCertFile: certificates(
    'The certificate that metrics and gRPC are served with (PEM); without one they are in plain text, on loopback alone',
  ),
  servingKeyFile: privateKey('Its private key (PEM)'),
} as const;

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]', '::1']);

interface Serving {
  readonly servingCertFile: string;
  readonly servingKeyFile: string;
  readonly metricsAddress: string;
  readonly grpcAddress: string;
}

/** What is wrong with addresses that are served without a certificate, or with one without its key. */
export function servingProblems(config: Serving): string[] {
  const problems = pairProblems(config, ['servingCertFile', 'servingKeyFile']);
  const { servingCertFile, metricsAddress, grpcAddress } = config;
  const addresses = { '--metrics-address': metricsAddress, '--grpc-address': grpcAddress };
  return [...problems, ...openAddressProblems(servingCertFile, addresses)];
}

/** What is wrong with addresses, by their flags, that are served with this certificate or with none. */
export function openAddressProblems(
  servingCertFile: string,
  addresses: Readonly<Record<`--${string}`, string>>,
): string[] {
  if (servingCertFile) return [];
  return Object.entries(addresses)
    .filter(([, address]) => address && !loopback.has(address.slice(0, address.lastIndexOf(':'))))
    .map(
      ([flag, address]) => `${flag} ${address}: --serving-cert-file and --serving-key-file are needed beyond loopback`,
    );
}

export const logSettings = {
  logLevel: choice('The least level that is logged', ['debug', 'info', 'warn', 'error'], 'info'),
  logFormat: choice('How log lines are written', ['json', 'text'], 'json'),
} as const;

/** What every service tells of itself. */
export const telemetrySettings = {
  otlpEndpoint: url('Where traces go by OTLP over gRPC; empty is off'),
  otlpCaFile: certificates(
    "The CA of an https endpoint (PEM); empty is OTEL_EXPORTER_OTLP_CERTIFICATE, or else the system's",
  ),
  otlpCertFile: certificates(
    'The certificate shown to an https endpoint (PEM); empty is the one by which the service is a client of others',
  ),
  otlpKeyFile: privateKey('Its private key (PEM)'),
  traceSampling: fraction('The share of new traces that is kept', 1),
  traceRate: integer(
    'New traces of one operation that are kept in the long run, and 50 times as many at once; 0 is no limit',
    20,
    {
      min: 0,
      unit: 'traces/s',
    },
  ),
  ...logSettings,
} as const;

/** Where a component serves its metrics and its health, by which certificate, and what it tells of itself. */
export const componentSettings = {
  ...metricsSettings,
  ...healthSettings,
  ...servingSettings,
  ...telemetrySettings,
} as const;
