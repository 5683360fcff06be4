import { isIP } from 'node:net';
import { posix } from 'node:path';
import type { ServicePort, WebhookClientConfig } from './config';
import { WebhookConfigError } from './errors';

/** Who is called. */
export interface WebhookTarget {
  /** Host and port as they are written. */
  readonly authority: string;
  readonly host: string;
  readonly port: number;
  /** What its certificate has to name. */
  readonly serverName: string;
  /** Begins with a slash, and ends with one only at the root. */
  readonly path: string;
  /** By which it is reached; absent: by its host. */
  readonly service: ServicePort | undefined;
}

const httpsPort = 443;

/**
 * Finds out whom a configuration means. Throws WebhookConfigError.
 * Upstream: HookClient in staging/src/k8s.io/apiserver/pkg/util/webhook/client.go.
 */
export function targetOf({ url, service }: WebhookClientConfig): WebhookTarget {
  if (service) {
    const { namespace = '', name = '', path = '', port = httpsPort } = service;
    const host = `${name}.${namespace}.svc`;
    const authority = `${host}:${port}`;
    return { authority, host, port, serverName: host, path: cleaned(path), service: { namespace, name, port } };
  }
  if (!url) throw new WebhookConfigError('webhook configuration must have either service or URL');
  return targetAt(url);
}

function targetAt(url: string): WebhookTarget {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw new WebhookConfigError(`Unparsable URL: parse ${JSON.stringify(url)}: invalid URL`, { cause });
  }
  const { protocol, hostname, port, pathname } = parsed;
  if (protocol !== 'https:') throw new WebhookConfigError(`unsupported protocol scheme ${JSON.stringify(protocol)}`);
  const authority = /^https:\/\/(?:[^/?#@]*@)?([^/?#]*)/i.exec(url)?.[1] ?? parsed.host;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    authority,
    host,
    port: Number(port) || httpsPort,
    serverName: host,
    path: cleaned(pathname),
    service: undefined,
  };
}

/** As Go's path.Join cleans what comes after the host. */
function cleaned(path: string): string {
  const joined = posix.join('/', path);
  return joined === '/' ? joined : joined.replace(/\/$/, '');
}

/** Names go into the greeting of TLS, addresses do not. */
export const greetedName = ({ serverName }: WebhookTarget): string => (isIP(serverName) ? '' : serverName);
