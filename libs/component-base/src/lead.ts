import { hostname } from 'node:os';
import { runLeaderElection } from '@skiff/client-runtime';
import { randomUuid, type ConfigOf, type leaderElectionSettings } from '@skiff/platform';
import type { ComponentParts } from './component-parts';

/**
 * Runs what only one of several instances may do, whenever this one holds the Lease of that name in kube-system; at
 * once when the settings say that there is only one.
 */
export async function lead(
  name: string,
  config: ConfigOf<ReturnType<typeof leaderElectionSettings>>,
  { client, clock, random, logger }: Pick<ComponentParts, 'client' | 'clock' | 'random' | 'logger'>,
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  if (!config.leaderElect) return run(signal);
  await runLeaderElection({
    client,
    lease: { namespace: 'kube-system', name },
    identity: `${hostname()}_${randomUuid(random)}`,
    leaseDurationMilliseconds: config.leaderElectLeaseDuration,
    renewDeadlineMilliseconds: config.leaderElectRenewDeadline,
    retryPeriodMilliseconds: config.leaderElectRetryPeriod,
    onStartedLeading: run,
    onStoppedLeading: () => logger.info('no longer leading', { lease: name }),
    clock,
    logger,
    signal,
  });
}
