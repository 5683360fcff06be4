import { createReadStream, existsSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { adminClient } from '../cluster/admin-client';
import { nodeConditions } from '../cluster/readiness';
import { discard } from '../cluster/discard';
import { readState } from '../cluster/state';
import { processRecords, supervisorPid } from '../cluster/supervisor-process';
import { loadImage } from '../images/load';
import { UserError } from '../errors';
import { alone, clusterOf, noCluster, pathsOf, type CommandContext } from './context';

export interface DownOptions {
  readonly name: string;
  /** Whether it is fine that there is no such cluster. */
  readonly ignoreNotFound: boolean;
}

/** Ends a cluster and removes every trace of it. */
export function down(context: CommandContext, { name, ignoreNotFound }: DownOptions): Promise<void> {
  return alone(context, name, async () => {
    const paths = pathsOf(context, name);
    const cluster = readState(paths);
    if (!cluster && ignoreNotFound) return context.print(`There is no cluster "${name}".`);
    if (!cluster) throw noCluster(context, name);
    await discard(context.machine, paths, cluster, context.clock);
    context.print(`Cluster "${name}" is gone.`);
  });
}

/** Prints the state of each process and node. */
export async function status(context: CommandContext, name: string): Promise<void> {
  const { paths, cluster } = clusterOf(context, name);
  context.print(`Cluster "${name}" (${cluster.store} store), API server https://127.0.0.1:${cluster.apiPort}`);
  if (supervisorPid(paths) === undefined) return context.print('It is not running: `skiff up` starts it.');
  for (const record of processRecords(paths)) {
    const state =
      record.pid === undefined ? `stopped (${record.lastExit ?? 'never started'})` : `running, pid ${record.pid}`;
    context.print(
      `  ${record.name.padEnd(36)} ${state}${record.restarts ? `, ${record.restarts} restarts, last ${record.lastExit}` : ''}`,
    );
  }
  const { client, close } = adminClient(paths, cluster);
  try {
    for (const node of await nodeConditions(client, AbortSignal.timeout(5_000))) {
      context.print(`  node ${node.name.padEnd(31)} ${node.ready ? 'Ready' : `NotReady: ${node.message}`}`);
    }
  } finally {
    close();
  }
}

/** Prints where the kubeconfig of a cluster's administrator is. */
export function kubeconfig(context: CommandContext, name: string): void {
  context.print(clusterOf(context, name).paths.kubeconfig);
}

/** Puts the images of an archive on every node. */
export async function load(context: CommandContext, name: string, archive: string): Promise<void> {
  const { paths, cluster } = clusterOf(context, name);
  const file = resolve(archive);
  if (!existsSync(file)) throw new UserError(`there is no file ${file}`);
  const images = await Promise.all(cluster.nodes.map((node) => loadImage(paths, node, file)));
  for (const image of images[0] ?? []) context.print(`${image} is on ${cluster.nodes.length} nodes`);
}

/** Prints the log of one process, and with `follow` what it goes on to write. */
export async function logs(context: CommandContext, name: string, service: string, follow: boolean): Promise<void> {
  const { paths } = clusterOf(context, name);
  const file = join(paths.logs, `${service}.log`);
  if (!existsSync(file)) {
    const known = processRecords(paths).map((record) => record.name);
    throw new UserError(`there is no service "${service}"; there are: ${known.join(', ')}`);
  }
  await new Promise<void>((done, fail) => {
    if (follow) spawn('tail', ['-n', '+1', '-F', file], { stdio: 'inherit' }).once('exit', () => done());
    else createReadStream(file).on('error', fail).on('end', done).pipe(process.stdout);
  });
}
