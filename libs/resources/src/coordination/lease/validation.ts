import { type ErrorList, qualifiedName, type Validation } from '@skiff/apimachinery';
import type { coordinationv1 } from '@skiff/contracts';

/** A way for candidates to agree on a leader: upstream's own, or anybody's with a domain. */
function validateStrategy(strategy: string, to: ErrorList): void {
  // The path is upstream's.
  const path = 'spec.strategy.strategy';
  if (strategy.includes('/')) to.all(path, strategy, qualifiedName(strategy));
  else if (strategy !== 'OldestEmulationVersion') to.notSupported(path, strategy, ['OldestEmulationVersion']);
}

/** Rules of a Lease. As ValidateLeaseSpec. */
export function validateLease({ spec = {} }: coordinationv1.Lease, to: ErrorList): void {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions, strategy, preferredHolder } = spec;
  if (seconds !== undefined && seconds <= 0) to.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0');
  if (transitions !== undefined && transitions < 0)
    to.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
  if (strategy !== undefined) validateStrategy(strategy, to);
  if (preferredHolder && !strategy)
    to.forbidden('spec.preferredHolder', 'may only be specified if `strategy` is defined');
}

export const leaseValidation: Validation<coordinationv1.Lease> = { create: validateLease };
