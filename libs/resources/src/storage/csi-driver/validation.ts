import { child, type ErrorList, immutable, type Validation } from '@skiff/apimachinery';
import type { storagev1 } from '@skiff/contracts';

const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];

const lifecycleModes = ['Ephemeral', 'Persistent'];

const shortestToken = 600;

const shortestPeriod = 10;

function validateTokens(requests: readonly storagev1.TokenRequest[], path: string, to: ErrorList): void {
  const audiences = new Set<string>();
  for (const [index, { audience = '', expirationSeconds: seconds }] of requests.entries()) {
    const at = `${path}[${index}]`;
    if (audiences.has(audience)) {
      to.duplicate(child(at, 'audience'), audience);
      continue;
    }
    audiences.add(audience);
    if (seconds === undefined) continue;
    const secondsAt = child(at, 'expirationSeconds');
    if (seconds < shortestToken) to.invalid(secondsAt, seconds, 'may not specify a duration less than 10 minutes');
    if (seconds > 2 ** 32) to.invalid(secondsAt, seconds, 'may not specify a duration larger than 2^32 seconds');
  }
}

function validateDriverSpec(spec: storagev1.CSIDriverSpec, to: ErrorList): void {
  for (const [field, shown] of [
    // The path is upstream's.
    ['attachRequired', 'attachedRequired'],
    ['podInfoOnMount', 'podInfoOnMount'],
    ['storageCapacity', 'storageCapacity'],
    ['seLinuxMount', 'seLinuxMount'],
  ] as const)
    if (spec[field] === undefined) to.required(`spec.${shown}`);
  const policy = spec.fsGroupPolicy;
  if (policy !== undefined && !fsGroupPolicies.includes(policy))
    to.notSupported('spec.fsGroupPolicy', policy, fsGroupPolicies);
  validateTokens(spec.tokenRequests ?? [], 'spec.tokenRequests', to);
  for (const mode of spec.volumeLifecycleModes ?? [])
    if (!lifecycleModes.includes(mode)) to.notSupported('spec.volumeLifecycleModes', mode, lifecycleModes);
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  if (period !== undefined && period < shortestPeriod)
    to.invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds');
}

/** Rules of a CSIDriver. Upstream: ValidateCSIDriver. */
export function validateDriver({ spec = {} }: storagev1.CSIDriver, to: ErrorList): void {
  validateDriverSpec(spec, to);
}

export function validateDriverUpdate(
  { spec = {} }: storagev1.CSIDriver,
  { spec: old = {} }: storagev1.CSIDriver,
  to: ErrorList,
): void {
  validateDriverSpec(spec, to);
  immutable(spec.attachRequired, old.attachRequired, 'spec.attachedRequired', to);
  immutable(spec.volumeLifecycleModes, old.volumeLifecycleModes, 'spec.volumeLifecycleModes', to);
}

export const csiDriverValidation: Validation<storagev1.CSIDriver> = {
  create: validateDriver,
  update: validateDriverUpdate,
};
