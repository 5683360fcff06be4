import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { eventually, execute } from '../support/execute';
import { TestCluster } from '../support/cluster';

/** A line of a service's log. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly level: string;
  readonly message: string;
}

interface ProcessRecord {
  readonly name: string;
  readonly pid?: number;
  readonly restarts: number;
}

/** A cluster on etcd whose services can be taken away, with what the others say and do meanwhile. */
export class ObservedCluster {
  private constructor(
    readonly cluster: TestCluster,
    /** The network namespace of its only node. */
    readonly namespace: string,
    private readonly apiPort: number,
  ) {}

  static async start(): Promise<ObservedCluster> {
    const cluster = await TestCluster.start({ name: 'peers', store: 'etcd', nodes: 1 });
    const { nodes, apiPort } = JSON.parse(readFileSync(join(cluster.root, 'cluster.json'), 'utf8')) as {
      nodes: { namespace: string }[];
      apiPort: number;
    };
    return new ObservedCluster(cluster, nodes[0]?.namespace ?? '', apiPort);
  }

  /** The process of each service. */
  processes(): Map<string, number | undefined> {
    const records = JSON.parse(readFileSync(join(this.cluster.root, 'processes.json'), 'utf8')) as ProcessRecord[];
    return new Map(records.map(({ name, pid }) => [name, pid]));
  }

  /** Kills a service, does something without it, and starts it again; when it was started. */
  async without(service: string, meanwhile: () => Promise<void>): Promise<{ killed: number; started: number }> {
    const killed = Date.now();
    await this.cluster.skiff('stop', service, '--kill', '--name', this.cluster.name);
    await meanwhile();
    const started = Date.now();
    await this.cluster.skiff('start', service, '--name', this.cluster.name);
    return { killed, started };
  }

  /** What a service has logged since a time. */
  log(service: string, since: number): LogLine[] {
    return readFileSync(join(this.cluster.root, 'logs', `${service}.log`), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as { time: string; level: string; msg: string })
      .map(({ time, level, msg }) => ({ time: Date.parse(time), level, message: msg }))
      .filter(({ time }) => time >= since);
  }

  /** When a service logged this since a time; waits for it. */
  logged(service: string, message: string, since: number): Promise<number> {
    return eventually(() => {
      const line = this.log(service, since).find((each) => each.message === message);
      if (!line) throw new Error(`${service} has not logged "${message}"`);
      return line.time;
    }, 20_000);
  }

  /** What a service complained of in an outage: from one time to another. */
  complaints(service: string, since: number, until: number): string[] {
    return this.log(service, since)
      .filter(({ time, level }) => time <= until && (level === 'warn' || level === 'error'))
      .map(({ message }) => message);
  }

  /** Runs a program where the node's processes see the network. */
  async onNode(...command: string[]): Promise<string> {
    return (await execute('ip', ['netns', 'exec', this.namespace, ...command])).stdout;
  }

  /** One request of the administrator, which is not tried again. */
  ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; headers: NodeJS.Dict<unknown>; body: string }> {
    const pem = (name: string): Buffer => readFileSync(join(this.cluster.root, 'pki', name));
    const options = {
      ...{ host: '127.0.0.1', port: this.apiPort, method, path, agent: false as const },
      ...{ ca: pem('ca.crt'), cert: pem('admin.crt'), key: pem('admin.key') },
      headers: { 'content-type': 'application/json' },
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
      });
      outgoing.on('error', reject);
      outgoing.end(body ? JSON.stringify(body) : undefined);
    });
  }
}
