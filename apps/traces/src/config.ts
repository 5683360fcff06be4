import {
  certificates,
  type ConfigOf,
  duration,
  hostPort,
  integer,
  loadConfig,
  logSettings,
  metricsSettings,
  pairProblems,
  privateKey,
} from '@skiff/platform';

const settings = {
  ...logSettings,
  ...metricsSettings,
  listen: hostPort('Takes spans by OTLP over gRPC and answers queries.', '127.0.0.1:4317'),
  tlsCertFile: certificates('The certificate of the service; empty for plain text.'),
  tlsKeyFile: privateKey('The key of that certificate.'),
  clientCaFile: certificates('Clients must show a certificate of this CA; empty asks for none.'),
  maxSpans: integer('How many spans are kept.', 100_000, { min: 1 }),
  maxAge: duration('How long a span is kept.', 3_600_000),
};

export type Config = ConfigOf<typeof settings>;

/** The configuration of the traces service. */
export function readConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  return loadConfig(
    settings,
    {
      app: 'traces',
      description: 'Takes the spans of every service and answers what caused what.',
      version: '0.1.0',
      argv,
      env,
    },
    (config) => pairProblems(config, ['tlsCertFile', 'tlsKeyFile']),
  );
}
