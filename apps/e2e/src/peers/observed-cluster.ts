import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AdminApi } from '../support/admin-api';
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
    readonly api: AdminApi,
  ) {}

  static async start(): Promise<ObservedCluster> {
    const cluster = await TestCluster.start({ name: 'peers', store: 'etcd', nodes: 1 });
    const { nodes } = JSON.parse(readFileSync(join(cluster.root, 'cluster.json'), 'utf8')) as {
      nodes: { namespace: string }[];
    };
    return new ObservedCluster(cluster, nodes[0]?.namespace ?? '', new AdminApi(cluster));
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
}
