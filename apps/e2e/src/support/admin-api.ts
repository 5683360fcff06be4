import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import type { TestCluster } from './cluster';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<unknown>;
  readonly body: string;
}

/** Single requests of the administrator, for what kubectl is too slow for or tries again. */
export class AdminApi {
  private readonly agent: Agent;
  private readonly port: number;

  constructor(cluster: TestCluster) {
    const pem = (name: string): Buffer => readFileSync(join(cluster.root, 'pki', name));
    this.port = cluster.apiPort;
    this.agent = new Agent({ keepAlive: true, ca: pem('ca.crt'), cert: pem('admin.crt'), key: pem('admin.key') });
  }

  close(): void {
    this.agent.destroy();
  }

  /** Rejects when there is no answer at all. */
  ask(method: string, path: string, body?: object): Promise<ApiAnswer> {
    const headers = { 'content-type': 'application/json' };
    const options = { host: '127.0.0.1', port: this.port, method, path, headers, agent: this.agent };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      outgoing.on('error', reject);
      outgoing.end(body ? JSON.stringify(body) : undefined);
    });
  }

  /** The objects of a list, each with its kind; rejects unless there is one. */
  async list<T extends object>(path: string): Promise<T[]> {
    const { status, body } = await this.ask('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
    const { apiVersion, kind, items } = JSON.parse(body) as { apiVersion: string; kind: string; items: T[] };
    return items.map((item) => ({ apiVersion, kind: kind.replace(/List$/, ''), ...item }));
  }
}
