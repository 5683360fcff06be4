import type { Follow } from '@skiff/api-server/admission';
import { Kinds } from '@skiff/contracts';
import { compileBinding, compilePolicy, type Binding, type Policy } from './compile';

/** A policy with what says for which writes it counts. */
export interface BoundPolicy {
  readonly policy: Policy;
  readonly bindings: readonly Binding[];
}

/** The policies that count for something, by name, and their bindings, by name. */
export class ValidatingPolicies {
  private readonly policies = new Map<string, Policy>();
  private readonly bindings = new Map<string, Binding>();
  private bound: readonly BoundPolicy[] = [];

  /** @param changed is called when there are others than before. */
  constructor(private readonly changed: () => void) {}

  get all(): readonly BoundPolicy[] {
    return this.bound;
  }

  follow(follow: Follow): void {
    follow(Kinds.ValidatingAdmissionPolicy, {
      set: (policy) => this.change(() => this.policies.set(policy.metadata?.name ?? '', compilePolicy(policy))),
      remove: ({ metadata }) => this.change(() => this.policies.delete(metadata?.name ?? '')),
    });
    follow(Kinds.ValidatingAdmissionPolicyBinding, {
      set: (binding) => this.change(() => this.bindings.set(binding.metadata?.name ?? '', compileBinding(binding))),
      remove: ({ metadata }) => this.change(() => this.bindings.delete(metadata?.name ?? '')),
    });
  }

  private change(make: () => unknown): void {
    make();
    const bindings = byName(this.bindings.values());
    this.bound = byName(this.policies.values()).flatMap((policy) => {
      const own = bindings.filter(({ policyName }) => policyName === policy.name);
      return own.length > 0 ? [{ policy, bindings: own }] : [];
    });
    this.changed();
  }
}

const byName = <T extends { readonly name: string }>(items: Iterable<T>): T[] =>
  [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
