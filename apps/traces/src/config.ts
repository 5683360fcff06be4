import {
  certificates,
  type ConfigOf,
  configReader,
  duration,
  hostPort,
  integer,
  logSettings,
  metricsSettings,
  openAddressProblems,
  pairProblems,
  privateKey,
  servingSettings,
} from '@skiff/platform';

const settings = {
  ...logSettings,
  ...metricsSettings,
  listen: hostPort('Takes spans by OTLP over gRPC and answers queries', '127.0.0.1:4317'),
  ...servingSettings,
  apiServer: hostPort('The API server, which says who callers are and what they may do', '127.0.0.1:6443'),
  caFile: certificates("The cluster CA's certificate (PEM), by which callers and the API server are known"),
  certFile: certificates('The client certificate of system:skiff-traces (PEM)'),
  keyFile: privateKey('Its private key (PEM)'),
  maxSpans: integer('How many spans are kept', 100_000, { min: 1 }),
  maxAge: duration('How long a span is kept', 3_600_000),
};

export type Config = ConfigOf<typeof settings>;

export const readConfig = configReader(
  { app: 'traces', description: 'Takes the spans of every service and answers what caused what.' },
  settings,
  problems,
);

/** Whoever listens with a certificate asks who calls, and for that needs to reach the API server. */
function problems(config: Config): string[] {
  const { servingCertFile, listen, metricsAddress } = config;
  return [
    ...pairProblems(
      config,
      ['servingCertFile', 'servingKeyFile'],
      ['servingCertFile', 'caFile'],
      ['servingCertFile', 'certFile'],
      ['certFile', 'keyFile'],
    ),
    ...openAddressProblems(servingCertFile, { '--listen': listen, '--metrics-address': metricsAddress }),
  ];
}
