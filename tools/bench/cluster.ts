import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { ClusterRound } from './support/cluster-once';
import { inSeconds, print, quantile } from './support/figure';

const rounds = Number(process.argv[2] ?? '5');

/** One cluster, in a process of its own that ends by itself when nothing of the cluster is left. */
function once(): ClusterRound & { readonly endedMilliseconds: number } {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'support/cluster-once.js')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the cluster failed: ${stderr}`);
  return { ...(JSON.parse(stdout) as ClusterRound), endedMilliseconds: performance.now() - began };
}

/** The median over the rounds, and all of them. */
function median(work: string, unit: string, values: readonly number[], rounded: (value: number) => number): void {
  const sorted = values.toSorted((left, right) => left - right);
  print({ section: 'cluster', work, value: rounded(quantile(sorted, 0.5)), unit, all: values.map(rounded) });
}

function main(): void {
  const made = Array.from({ length: rounds }, once);
  const seconds = (work: string, of: (round: (typeof made)[number]) => number): void =>
    median(work, 's', made.map(of), inSeconds);
  seconds('process start to first answer', (round) => round.answeredMilliseconds);
  seconds('process start to Deployment of 10 available', (round) => round.availableMilliseconds);
  seconds('process start to its end', (round) => round.endedMilliseconds);
  median(
    'memory with Deployment of 10',
    'MiB resident',
    made.map((round) => round.residentBytes),
    (bytes) => Math.round(bytes / 2 ** 20),
  );
}

main();
