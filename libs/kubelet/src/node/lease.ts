import { Kinds, type coordinationv1 } from '@skiff/contracts';
import type { Client } from '@skiff/client';
import { pauseBeforeRetry } from '@skiff/client-runtime';
import { hasReason } from '@skiff/apimachinery';
import { type Clock, formatMicroTime, type Logger, pause } from '@skiff/platform';

const namespace = 'kube-node-lease';
const durationSeconds = 40;
const renewMilliseconds = 10_000;
const retryMilliseconds = 200;

export interface LeaseOptions {
  readonly client: Client;
  readonly nodeName: string;
  readonly nodeUid: () => string | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Renews the node's lease every 10 s, by which the control plane knows that the node lives. */
export async function renewLease(options: LeaseOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, logger } = options;
  let current: coordinationv1.Lease | undefined;
  while (!signal.aborted) {
    try {
      current = await renew(options, current);
    } catch (error) {
      if (signal.aborted) return;
      logger.warn('the lease could not be renewed', { error });
      current = undefined;
      if (!hasReason(error, 'Conflict')) await pauseBeforeRetry(client, error, retryMilliseconds, { clock, signal });
      continue;
    }
    await pause(clock, renewMilliseconds, signal);
  }
}

async function renew(
  { client, clock, nodeName, nodeUid }: LeaseOptions,
  known: coordinationv1.Lease | undefined,
): Promise<coordinationv1.Lease> {
  const uid = nodeUid();
  const owner = uid === undefined ? {} : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid }] };
  const spec = {
    holderIdentity: nodeName,
    leaseDurationSeconds: durationSeconds,
    renewTime: formatMicroTime(clock.now()),
  };
  const fresh: coordinationv1.Lease = { metadata: { name: nodeName, namespace, ...owner }, spec };
  const base =
    known ??
    (await client.get(Kinds.Lease, { namespace, name: nodeName }).catch((error: unknown) => {
      if (hasReason(error, 'NotFound')) return undefined;
      throw error;
    }));
  if (base === undefined) return client.create(Kinds.Lease, fresh);
  return client.update(Kinds.Lease, {
    ...base,
    metadata: { ...base.metadata, ...owner },
    spec: { ...base.spec, ...spec },
  });
}
