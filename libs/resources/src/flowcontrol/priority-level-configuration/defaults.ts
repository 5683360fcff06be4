import type { flowcontrolv1 } from '@skiff/contracts';

/** Upstream: pkg/apis/flowcontrol/v1/defaults.go. */
export function defaultPriorityLevelConfiguration({ spec }: flowcontrolv1.PriorityLevelConfiguration): void {
  const { exempt, limited } = spec ?? {};
  if (exempt) {
    exempt.nominalConcurrencyShares ??= 0;
    exempt.lendablePercent ??= 0;
  }
  if (!limited) return;
  limited.nominalConcurrencyShares ??= 30;
  limited.lendablePercent ??= 0;
  const { queuing } = limited.limitResponse ?? {};
  if (!queuing) return;
  queuing.queues ||= 64;
  queuing.handSize ||= 8;
  queuing.queueLengthLimit ||= 50;
}
