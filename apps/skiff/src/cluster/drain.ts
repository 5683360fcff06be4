import type { Client } from '@skiff/client';
import { Kinds, type corev1, type Kind, type policyv1 } from '@skiff/contracts';
import { hasReason } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import { UserError } from '../errors';

const podEviction: Kind<policyv1.Eviction> = {
  ...Kinds.Eviction,
  group: '',
  version: 'v1',
  plural: 'pods',
  namespaced: true,
};
const pollMilliseconds = 250;
const mirrorAnnotation = 'kubernetes.io/config.mirror';

/**
 * Keeps further pods from a node and has its own end where they may: as `kubectl drain --ignore-daemonsets --force
 * --delete-emptydir-data`. Throws a UserError naming the pods that are left when the signal aborts.
 * Upstream: kubectl/pkg/drain/drain.go
 */
export async function drain(client: Client, node: string, clock: Clock, signal: AbortSignal): Promise<void> {
  await client.patch(Kinds.Node, { name: node }, 'merge', { spec: { unschedulable: true } });
  let refusal = '';
  for (;;) {
    const { items } = await client.list(Kinds.Pod, { fieldSelector: `spec.nodeName=${node}` });
    const pods = items.filter(isMovable);
    if (pods.length === 0) return;
    if (signal.aborted) throw new UserError(`pods are left on ${node}: ${pods.map(keyOf).join(', ')}${refusal}`);
    for (const pod of pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined))
      refusal = (await evict(client, pod)) ?? refusal;
    await clock.sleep(pollMilliseconds);
  }
}

/** Returns why it may not be evicted now. */
async function evict(client: Client, { metadata }: corev1.Pod): Promise<string | undefined> {
  const { name = '', namespace = '' } = metadata ?? {};
  try {
    await client.create(podEviction, { metadata: { name, namespace } }, { subresource: 'eviction' });
    return undefined;
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined;
    if (!hasReason(error, 'TooManyRequests')) throw error;
    return `: ${(error as Error).message}`;
  }
}

/** A DaemonSet would put its pod back, and a mirror pod shows what the node runs by itself. */
function isMovable({ metadata, status }: corev1.Pod): boolean {
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return false;
  const ofDaemonSet = metadata?.ownerReferences?.some(({ controller, kind }) => controller && kind === 'DaemonSet');
  return !ofDaemonSet && metadata?.annotations?.[mirrorAnnotation] === undefined;
}

const keyOf = ({ metadata }: corev1.Pod): string => `${metadata?.namespace}/${metadata?.name}`;
