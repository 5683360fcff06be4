import { setMaxListeners } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@skiff/client';
import { Kinds } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import { messageOf, UserError } from '../errors';
import { loadImage } from '../images/load';
import { pauseArchive } from '../images/pause';
import { createNetwork } from '../network/network';
import { containerdConfig } from '../processes/containerd-config';
import { installAddons } from './addons';
import { adminClient } from './admin-client';
import { hopeless } from './failing-services';
import type { ClusterPaths } from './paths';
import { writePki } from './pki';
import { poll, waitForApi, waitForNodes } from './readiness';
import type { ClusterState, NodeState } from './state';

/** A cluster that is brought up, and how its progress is told. */
export interface BringUp {
  readonly paths: ClusterPaths;
  readonly cluster: ClusterState;
  readonly clock: Clock;
  /** Ends the wait when the user has had enough. */
  readonly interrupt: AbortSignal;
  /** How long nodes may take to be Ready; with 0 nobody waits for them. */
  readonly waitMilliseconds: number;
  progress(line: string): void;
  /** Which nodes are brought up; all of the cluster's where it is left out. */
  readonly waitFor?: readonly NodeState[];
}

/** Makes the network, the certificates and the folders of nodes, as far as they are missing. */
export async function prepare({ paths, cluster, clock }: BringUp): Promise<void> {
  await Promise.all([createNetwork(cluster), writePki(paths, cluster, clock)]);
  for (const { name } of cluster.nodes) {
    const node = paths.node(name);
    for (const folder of [node.root, node.kubelet, node.containerd, node.cni]) mkdirSync(folder, { recursive: true });
    writeFileSync(node.containerdConfig, containerdConfig(node));
    writeFileSync(node.resolvConf, '');
  }
  mkdirSync(paths.store, { recursive: true, mode: 0o700 });
}

/** How long the API server may take when nobody waits for nodes. */
const apiServerMilliseconds = 90_000;

/** Resolves when the API server answers, the cluster's own objects are there and its nodes are Ready. */
export async function becomeReady(bringUp: BringUp): Promise<void> {
  const { clock, interrupt, waitMilliseconds } = bringUp;
  const milliseconds = waitMilliseconds || apiServerMilliseconds;
  const ending = new AbortController();
  // Each node waits by it.
  setMaxListeners(0, ending.signal);
  const timeIsOver = new UserError(`it is not ready after ${milliseconds / 1000} s`);
  const abort = (): void => ending.abort(interrupt.reason);
  interrupt.addEventListener('abort', abort, { once: true });
  const limit = clock.after(milliseconds, () => ending.abort(timeIsOver));
  try {
    await firstOf(ending, timeIsOver, [reachReadiness(bringUp, ending), watch(bringUp, ending.signal)]);
  } finally {
    limit.cancel();
    interrupt.removeEventListener('abort', abort);
  }
}

/** Resolves with the first, and ends the others; of failures when time is over, tells one that says what was missing. */
async function firstOf(ending: AbortController, timeIsOver: Error, tasks: readonly Promise<void>[]): Promise<void> {
  const done = new Error('done');
  const results = await Promise.allSettled(
    tasks.map((task) =>
      task.then(
        () => ending.abort(done),
        (error: unknown) => {
          ending.abort(error);
          throw error;
        },
      ),
    ),
  );
  const reason: unknown = ending.signal.reason;
  if (reason === done) return;
  const missing = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const told = reason === timeIsOver ? missing.find((error) => error !== timeIsOver) : undefined;
  throw told === undefined ? reason : new UserError(`${timeIsOver.message}: ${messageOf(told)}`);
}

/** Fails as soon as the cluster will never be ready; ends with the signal. */
async function watch({ paths, clock }: BringUp, signal: AbortSignal): Promise<void> {
  for (;;) {
    const reason = hopeless(paths);
    if (reason !== undefined) throw new UserError(reason);
    await clock.sleep(200, signal);
  }
}

async function reachReadiness(bringUp: BringUp, ending: AbortController): Promise<void> {
  const { paths, cluster, clock, progress, waitMilliseconds, waitFor = cluster.nodes } = bringUp;
  const { signal } = ending;
  const started = clock.monotonic();
  const elapsed = (): string => `${((clock.monotonic() - started) / 1000).toFixed(1)} s`;
  const { client, close } = adminClient(paths, cluster);
  const loading = loadPauseImage(bringUp, waitFor, signal);
  loading.catch((error: unknown) => {
    if (!signal.aborted) ending.abort(error);
  });
  try {
    await waitForApi(client, clock, signal);
    progress(`API server answers after ${elapsed()}`);
    // A server that has much to do may be late with an answer.
    await poll(clock, signal, async () => {
      await installAddons(client, cluster);
      return true;
    });
    await loading;
    await labelNodes(client, waitFor, clock, signal);
    if (cluster.isOpen || waitMilliseconds === 0) return;
    const names = waitFor.map(({ name }) => name);
    await waitForNodes(client, names, clock, signal);
    progress(`${counted(names.length, 'node')} ${names.length === 1 ? 'is' : 'are'} Ready after ${elapsed()}`);
  } finally {
    close();
    await Promise.allSettled([loading]);
  }
}

/** Nodes may give themselves few labels; the administrator gives them any, as soon as they have registered. */
async function labelNodes(
  client: Client,
  nodes: readonly NodeState[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const labelled = nodes.filter(({ labels }) => labels !== undefined && Object.keys(labels).length > 0);
  await Promise.all(
    labelled.map(({ name, labels }) =>
      poll(clock, signal, async () => {
        await client.patch(Kinds.Node, { name }, 'merge', { metadata: { labels } }, { signal });
        return true;
      }),
    ),
  );
}

/** Puts the image of the pods' own process on nodes, as soon as their runtimes listen. */
async function loadPauseImage(
  { paths, clock }: BringUp,
  nodes: readonly NodeState[],
  signal: AbortSignal,
): Promise<void> {
  const archive = join(paths.root, 'pause.tar');
  writeFileSync(archive, pauseArchive(process.arch === 'arm64' ? 'arm64' : 'amd64'));
  await Promise.all(
    nodes.map(async (node) => {
      while (!existsSync(paths.node(node.name).containerdSocket)) await clock.sleep(20, signal);
      await loadImage(paths, node, archive);
    }),
  );
}

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
