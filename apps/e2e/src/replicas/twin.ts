import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestCluster } from '../support/cluster';

/** Another process of a service, like the one that a cluster has but for some flags. */
export class Twin {
  private constructor(private readonly child: ChildProcess) {}

  /** `flags` replace those of the first one, by name without dashes. */
  static start(cluster: TestCluster, service: string, flags: Readonly<Record<string, string>>): Twin {
    const records = JSON.parse(readFileSync(join(cluster.root, 'processes.json'), 'utf8')) as {
      name: string;
      pid?: number;
    }[];
    const pid = records.find(({ name }) => name === service)?.pid ?? 0;
    const [program = '', ...args] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    for (const [name, value] of Object.entries(flags)) {
      const at = args.indexOf(`--${name}`);
      if (at >= 0) args[at + 1] = value;
      else args.push(`--${name}`, value);
    }
    const log = openSync(join(cluster.root, 'logs', `${service}-twin.log`), 'a');
    return new Twin(spawn(program, args, { stdio: ['ignore', log, log], cwd: '/' }));
  }

  /** Ends it, by being asked to or as in a crash; resolves with its exit code, or the signal. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | string | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return this.child.exitCode ?? this.child.signalCode;
    const ended = once(this.child, 'exit') as Promise<[number | null, string | null]>;
    this.child.kill(signal);
    const [code, by] = await ended;
    return code ?? by;
  }
}
