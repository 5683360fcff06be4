import { duration, integer, loadConfig, logSettings, metricsSettings, text, type ConfigOf } from '@skiff/platform';

const settings = {
  ...logSettings,
  ...metricsSettings,
  listen: text('Takes spans by OTLP over gRPC and answers queries.', '127.0.0.1:4317', 'host:port'),
  tlsCertFile: text('The certificate of the service; empty for plain text.', '', 'file'),
  tlsKeyFile: text('The key of that certificate.', '', 'file'),
  clientCaFile: text('Clients must show a certificate of this CA; empty asks for none.', '', 'file'),
  maxSpans: integer('How many spans are kept.', 100_000, { min: 1 }),
  maxAge: duration('How long a span is kept.', 3_600_000),
};

export type Config = ConfigOf<typeof settings>;

/** The configuration of the traces service. */
export function readConfig(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Config {
  return loadConfig(settings, {
    app: 'traces',
    description: 'Takes the spans of every service and answers what caused what.',
    version: '0.1.0',
    argv,
    env,
  });
}
