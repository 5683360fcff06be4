import { Kinds } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { hasReason } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';

const pollMilliseconds = 50;

/** Resolves when the API server answers an authorized request. */
export async function waitForApi(client: Client, clock: Clock, signal: AbortSignal): Promise<void> {
  await poll(clock, signal, async () => {
    await client.get(Kinds.Namespace, { name: 'kube-system' }, { signal });
    return true;
  });
}

/** Resolves when these nodes are Ready. */
export async function waitForNodes(
  client: Client,
  names: readonly string[],
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  await poll(clock, signal, async () => {
    const nodes = await nodeConditions(client, signal);
    const waiting = names.filter((name) => !nodes.some((node) => node.name === name && node.ready));
    if (waiting.length === 0) return true;
    const first = nodes.find((node) => node.name === waiting[0]);
    throw new Error(`node ${waiting[0]} is not Ready${first ? `: ${first.message}` : ': it has not registered'}`);
  });
}

export interface NodeReadiness {
  readonly name: string;
  readonly ready: boolean;
  readonly message: string;
}

export async function nodeConditions(client: Client, signal: AbortSignal): Promise<NodeReadiness[]> {
  const { items } = await client.list(Kinds.Node, { signal });
  return items.map((node) => {
    const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
    return { name: node.metadata?.name ?? '', ready: ready?.status === 'True', message: ready?.message ?? '' };
  });
}

/** Tries until it holds; when time is up, fails with what the last try said, and at once with what no time mends. */
export async function poll(clock: Clock, signal: AbortSignal, holds: () => Promise<boolean>): Promise<void> {
  let last = 'the API server does not answer';
  for (;;) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (hasReason(error, 'Invalid')) throw error;
      if (!signal.aborted) last = error instanceof Error ? error.message : String(error);
    }
    if (signal.aborted) throw new Error(last);
    await clock.sleep(pollMilliseconds);
  }
}
