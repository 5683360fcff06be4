import type { AdmissionResources, AdmissionTarget, GroupVersionResource, Operation } from '@skiff/api-server/admission';
import type { Resource } from '@skiff/apimachinery';
import { matchedVersion } from '@skiff/admission-rules';
import type { Hook } from '../configuration/hook';

/** A webhook that writes of some operation on some resource concern, in the version that its rules name. */
export interface Invocation {
  readonly hook: Hook;
  /** Its place among all webhooks of its type. */
  readonly index: number;
  /** What it is shown; undefined while the resource is about to be served no longer. */
  readonly definition: Resource | undefined;
  readonly resource: GroupVersionResource;
}

/** Webhooks and policies decide nothing about themselves, or nobody could mend them. */
const exemptGroup = 'admissionregistration.k8s.io';

/**
 * Finds the webhooks whose rules name a resource, or, where they want that, another version of it.
 * Upstream: ShouldCallHook in staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/generic/webhook.go.
 */
export function invocationsFor(
  hooks: readonly Hook[],
  resources: AdmissionResources,
  target: AdmissionTarget,
  operation: Operation,
): readonly Invocation[] {
  if (hooks.length === 0 || target.resource.group === exemptGroup) return [];
  return hooks.flatMap((hook, index) => {
    const matched = matchedVersion(hook, resources, target, operation);
    return matched ? [{ hook, index, definition: matched.definition, resource: matched.resource }] : [];
  });
}

/** What was found out for each operation on each resource, until webhooks or resources change. */
export class InvocationPlans {
  private readonly plans = new WeakMap<AdmissionTarget, Map<Operation, readonly Invocation[]>>();

  constructor(
    private readonly hooks: () => readonly Hook[],
    private readonly resources: AdmissionResources,
  ) {}

  /** Finds out anew. */
  plan(target: AdmissionTarget, operation: Operation): readonly Invocation[] {
    let plans = this.plans.get(target);
    if (!plans) this.plans.set(target, (plans = new Map()));
    const planned = invocationsFor(this.hooks(), this.resources, target, operation);
    plans.set(operation, planned);
    return planned;
  }

  of(target: AdmissionTarget, operation: Operation): readonly Invocation[] {
    return this.plans.get(target)?.get(operation) ?? this.plan(target, operation);
  }
}
