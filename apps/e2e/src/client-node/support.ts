import { PassThrough, type Readable } from 'node:stream';
import { KubeConfig } from '@kubernetes/client-node';
import type { TestCluster } from '../support/cluster';
import { eventually } from '../support/execute';

/** The configuration of the cluster's administrator. */
export function adminConfig(cluster: TestCluster): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  return config;
}

/** The same cluster, with a token in place of the administrator's certificate. */
export function tokenConfig(cluster: TestCluster, token: string): KubeConfig {
  const server = adminConfig(cluster).getCurrentCluster();
  if (!server) throw new Error('the kubeconfig names no cluster');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(server, { name: 'token', token });
  return config;
}

/** A stream that keeps what is written to it. */
export class Sink extends PassThrough {
  private readonly chunks: Buffer[] = [];

  constructor() {
    super();
    this.on('data', (chunk: Buffer) => this.chunks.push(chunk));
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString();
  }

  /** Waits until this text has come. */
  shows(text: string): Promise<void> {
    return eventually(() => expect(this.text).toContain(text));
  }
}

/** A stream of these bytes that ends. */
export function input(bytes: string | Buffer): Readable {
  const stream = new PassThrough();
  stream.end(bytes);
  return stream;
}
