import { activationFor, namespaceOf, seenIn, type MatchedVersion } from '@skiff/admission-rules';
import type { AdmissionParts, AdmissionRequest } from '@skiff/api-server/admission';
import { notFound, type ApiObject } from '@skiff/apimachinery';
import { Kinds, type corev1 } from '@skiff/contracts';
import type { Binding, Policy } from '../policy/compile';
import { isFor, matchOf } from '../policy/matching';
import { ConfigurationError, paramResource, paramsOf } from '../policy/params';
import type { BoundPolicy } from '../policy/policies';
import { denied, type Denial } from './denial';
import { evaluatePolicy, type PolicyVerdict } from './evaluation';

type Parts = Pick<AdmissionParts, 'reader' | 'resources' | 'authorizer' | 'logger'>;

/** A policy that writes of some operation on some resource concern. */
export interface PlannedPolicy extends BoundPolicy {
  readonly matched: MatchedVersion;
}

/** Of an annotation, in bytes. */
const longestAnnotation = 10 * 1024;

/** One write, held against policies. */
export class Validation {
  private readonly denials: Denial[] = [];

  constructor(
    private readonly parts: Parts,
    private readonly request: AdmissionRequest,
  ) {}

  /** Throws what the first denial says. */
  async run(planned: readonly PlannedPolicy[]): Promise<void> {
    for (const one of planned) {
      if (!(await isFor(one.policy.constraints, this.parts, this.request, one.matched))) continue;
      await this.hold(one);
    }
    const [first] = this.denials;
    if (first) throw denied(this.request, first);
  }

  private async hold({ policy, bindings, matched }: PlannedPolicy): Promise<void> {
    const annotations = new Map<string, Set<string>>();
    try {
      const resource = policy.paramKind && paramResource(this.parts, policy.paramKind);
      for (const binding of bindings) {
        if (!(await this.counts(binding))) continue;
        try {
          for (const params of await paramsOf(this.parts, resource, binding.paramRef, this.request))
            this.take(policy, binding, await this.evaluate(policy, matched, params), annotations);
        } catch (error) {
          this.misconfigured(policy, binding, error);
        }
      }
    } catch (error) {
      this.misconfigured(policy, undefined, error);
    }
    for (const [key, values] of annotations) this.annotate(`${policy.name}/${key}`, [...values].join(', '));
  }

  private async counts({ constraints }: Binding): Promise<boolean> {
    if (!constraints) return true;
    const { target, operation } = this.request;
    const matched = matchOf(constraints, this.parts, target, operation);
    // Without rules, a binding is for all that its policy is for.
    if (!matched && constraints.rules.length > 0) return false;
    return isFor(constraints, this.parts, this.request, matched ?? anyRule(target.resource));
  }

  private misconfigured(policy: Policy, binding: Binding | undefined, error: unknown): void {
    if (!(error instanceof ConfigurationError)) throw error;
    if (policy.failsOpen) return;
    const message = `failed to configure ${binding ? 'binding' : 'policy'}: ${error.message}`;
    this.denials.push({ policy, binding, message, reason: 'Invalid' });
  }

  private async evaluate(
    policy: Policy,
    matched: MatchedVersion,
    params: ApiObject | undefined,
  ): Promise<PolicyVerdict> {
    const { resources, authorizer } = this.parts;
    const seen = await seenIn(matched, this.request, this.request.object, resources);
    const activation = activationFor({ ...seen, authorizer });
    return evaluatePolicy(policy, {
      ...activation,
      namespaceObject: await this.namespaceObject(),
      params: params ?? null,
    });
  }

  /** As much of the namespace as expressions may know. */
  private async namespaceObject(): Promise<object | null> {
    const { resource, subresource } = this.request;
    const isNamespace = resource.group === '' && resource.resource === Kinds.Namespace.plural && subresource === '';
    const name = isNamespace ? '' : namespaceOf(this.request);
    if (name === '') return null;
    const { reader } = this.parts;
    const namespace =
      (await reader.get(Kinds.Namespace, '', name)) ?? (await reader.getNewest(Kinds.Namespace, '', name));
    if (!namespace) throw notFound({ resource: 'namespaces' }, name);
    return shownNamespace(namespace);
  }

  private take(
    policy: Policy,
    binding: Binding,
    { decisions, annotations, annotationErrors }: PolicyVerdict,
    collected: Map<string, Set<string>>,
  ): void {
    for (const [index, decision] of decisions.entries()) {
      if (decision.action === 'admit') continue;
      const { message, reason } = decision;
      const { actions } = binding;
      if (actions.includes('Deny')) this.denials.push({ policy, binding, message, reason });
      if (actions.includes('Audit')) this.noteFailure(policy, binding, index, message);
      if (actions.includes('Warn'))
        this.request.warn(
          `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${message}`,
        );
    }
    for (const { key, value } of annotations) {
      const values = collected.get(key) ?? new Set();
      collected.set(key, values.add(value.slice(0, longestAnnotation)));
    }
    for (const message of annotationErrors) this.denials.push({ policy, binding, message, reason: 'Invalid' });
  }

  private noteFailure(policy: Policy, binding: Binding, expressionIndex: number, message: string): void {
    const failure = {
      ...{ message, policy: policy.name, binding: binding.name, expressionIndex },
      validationActions: binding.actions,
    };
    this.annotate('validation.policy.admission.k8s.io/validation_failure', JSON.stringify([failure]));
  }

  private annotate(key: string, value: string): void {
    try {
      this.request.annotate(key, value);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.parts.logger.warn('an annotation of a policy is left out', { key, error });
    }
  }
}

const anyRule = (resource: MatchedVersion['resource']): MatchedVersion => ({
  definition: undefined,
  resource,
  rule: {},
});

function shownNamespace({ metadata = {}, spec, status }: corev1.Namespace): object {
  const { name, generateName, labels, annotations, uid, creationTimestamp, deletionTimestamp } = metadata;
  const { deletionGracePeriodSeconds, generation, resourceVersion, finalizers } = metadata;
  return defined({
    metadata: defined({
      ...{ name, generateName, labels, annotations, UID: uid, creationTimestamp, deletionTimestamp },
      ...{ deletionGracePeriodSeconds, generation, resourceVersion, finalizers },
    }),
    spec: spec && defined({ finalizers: spec.finalizers }),
    status: status && defined({ phase: status.phase }),
  });
}

const defined = (members: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
