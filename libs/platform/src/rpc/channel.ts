import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';

export interface TlsFiles {
  /** The CA that the peer's certificate must chain to. */
  readonly caFile: string;
  /** This side's certificate and key. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** The files of a client where the system's authorities vouch for the peer unless a CA is named. */
type ClientFiles = Omit<TlsFiles, 'caFile'> & { readonly caFile: string | undefined };

/**
 * Credentials of a client that proves who it is with a certificate. The server's certificate has to be for the
 * name that is asked for, or for the host of `target` ("host:port"), which may be an address.
 */
export function channelCredentials(files: ClientFiles, target?: string): ChannelCredentials {
  const read = (file: string | undefined): Buffer | null => (file ? readFileSync(file) : null);
  const host = target === undefined ? undefined : hostOf(target);
  return credentials.createSsl(read(files.caFile), read(files.keyFile), read(files.certFile), {
    checkServerIdentity: (name, certificate) => {
      const problem = checkServerIdentity(name, certificate);
      return problem && host !== undefined ? checkServerIdentity(host, certificate) : problem;
    },
  });
}

const hostOf = (target: string): string => target.slice(0, target.lastIndexOf(':')).replace(/^\[|\]$/g, '');

/** Large lists pass, a dead peer is noticed within seconds, and a lost one is dialled again soon. */
export const channelOptions: ChannelOptions = {
  'grpc.max_receive_message_length': 256 << 20,
  'grpc.max_send_message_length': 256 << 20,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 500,
  // Nobody keeps the configuration of a client in DNS, and where no name server answers the question takes long.
  'grpc.service_config_disable_resolution': 1,
  // A peer in a new container has a new address, and one that starts later had none.
  'grpc.dns_min_time_between_resolutions_ms': 500,
};

/** A name that the certificate of every API server of Kubernetes is for. */
const apiServerName = 'kubernetes.default.svc';

/** A name that the certificate of every traces service is for. */
const tracesName = 'traces';

/**
 * The options of a channel to the API server at "host:port". Where the host is an IP address, the name that all
 * API servers have is asked for: TLS cannot ask for an address. See `channelCredentials` for what is accepted.
 */
export const apiServerChannelOptions = (target: string): ChannelOptions => optionsFor(target, apiServerName);

/** The same for a channel to the traces service, or another collector. */
export const tracesChannelOptions = (target: string): ChannelOptions => optionsFor(target, tracesName);

function optionsFor(target: string, name: string): ChannelOptions {
  return isIP(hostOf(target)) === 0 ? channelOptions : { ...channelOptions, 'grpc.ssl_target_name_override': name };
}
