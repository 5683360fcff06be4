import type { TlsFiles } from '../rpc/channel';
import { choice, fraction, text } from './config';

/** Settings that every service has. */
export const serviceSettings = {
  logLevel: choice('The least serious lines to log.', ['debug', 'info', 'warn', 'error'], 'info'),
  logFormat: choice('json is one object a line, text is for people.', ['json', 'text'], 'json'),
  otlpEndpoint: text('Where spans go by OTLP over gRPC; empty turns tracing off.', '', 'http(s)://host:port'),
  traceSampling: fraction('The share of new traces that are recorded.', 1),
  metricsAddress: text('Serves /metrics, /healthz, /livez and /readyz; empty turns it off.', '', 'host:port'),
};

/** Who the service is to others: files in PEM. */
export const identitySettings = {
  caFile: text('The CA of the cluster.', '', 'file'),
  certFile: text('The certificate that the service shows to others.', '', 'file'),
  keyFile: text('The key of that certificate.', '', 'file'),
};

/** Where the API server is, for its clients. */
export const apiServerSettings = {
  ...identitySettings,
  apiServer: text('The API server.', '127.0.0.1:6443', 'host:port'),
};

/** The files of an identity; undefined when no CA is set, which means plain text. */
export function tlsOf(config: Readonly<Record<keyof typeof identitySettings, string>>): TlsFiles | undefined {
  const { caFile, certFile, keyFile } = config;
  if (caFile === '') return undefined;
  return { caFile, ...(certFile === '' ? {} : { certFile }), ...(keyFile === '' ? {} : { keyFile }) };
}
