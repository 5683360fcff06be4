import { stringify } from 'yaml';
import type { KeyPair } from './authority';

export interface KubeconfigOptions {
  /** Names the cluster and the context. */
  readonly clusterName: string;
  /** Such as `https://127.0.0.1:6443`. */
  readonly server: string;
  /** PEM of the CA that signed the server's certificate. */
  readonly certificateAuthority: string;
  /** The name of the user entry; default `<clusterName>-admin`. */
  readonly user?: string;
  /** A client certificate, or a bearer token. */
  readonly credentials: KeyPair | { readonly token: string };
}

/** A kubeconfig with everything embedded, as YAML. */
export function renderKubeconfig(options: KubeconfigOptions): string {
  const { clusterName, server, credentials, user = `${clusterName}-admin` } = options;
  const authentication =
    'token' in credentials
      ? { token: credentials.token }
      : {
          'client-certificate-data': base64(credentials.certificate),
          'client-key-data': base64(credentials.key),
        };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: clusterName,
        cluster: { server, 'certificate-authority-data': base64(options.certificateAuthority) },
      },
    ],
    users: [{ name: user, user: authentication }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user } }],
    'current-context': clusterName,
    preferences: {},
  };
  return stringify(config, { lineWidth: 0 });
}

const base64 = (pem: string): string => Buffer.from(pem).toString('base64');
