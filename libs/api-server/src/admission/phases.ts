import type { AdmissionPlugin } from './plugin';

type Mutating = AdmissionPlugin & { readonly mutate: NonNullable<AdmissionPlugin['mutate']> };
type Validating = AdmissionPlugin & { readonly validate: NonNullable<AdmissionPlugin['validate']> };

/** What a write goes through, in this order: all that may change it, then, when it is validated, all that may refuse it. */
export interface AdmissionPhases {
  readonly mutating: readonly Mutating[];
  readonly validating: readonly Validating[];
}

/** The phases of plugins in the order in which they run, such as: built-in ones, policies, webhooks. */
export function phasesOf(plugins: readonly AdmissionPlugin[]): AdmissionPhases {
  return {
    mutating: plugins.filter((plugin): plugin is Mutating => plugin.mutate !== undefined),
    validating: plugins.filter((plugin): plugin is Validating => plugin.validate !== undefined),
  };
}
