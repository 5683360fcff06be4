import type { AdmissionResources, AdmissionTarget, GroupVersionResource, Operation } from '@skiff/api-server/admission';
import type { Resource } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { matchesRule, type RuleSubject } from './rules';

/** Which resources something is for. */
export interface Rules {
  readonly rules: readonly admissionregistrationv1.NamedRuleWithOperations[];
  /** Whether it is for other versions of what its rules name, too. */
  readonly isForEquivalents: boolean;
}

/** A resource in the version that a rule names. */
export interface MatchedVersion {
  /** Undefined while the resource is about to be served no longer. */
  readonly definition: Resource | undefined;
  readonly resource: GroupVersionResource;
  /** The rule that names it. */
  readonly rule: admissionregistrationv1.NamedRuleWithOperations;
}

/**
 * The version of what is written that rules name: the one that is written, or, where they want that, another one.
 * Undefined where they name none.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/matching/matching.go.
 */
export function matchedVersion(
  { rules, isForEquivalents }: Rules,
  resources: AdmissionResources,
  { resource, subresource }: AdmissionTarget,
  operation: Operation,
): MatchedVersion | undefined {
  const own = resources.find(resource);
  const subjectOf = (of: GroupVersionResource, definition: Resource | undefined): RuleSubject => ({
    operation,
    resource: of,
    subresource,
    isNamespaced: definition?.kind.namespaced ?? true,
  });
  const rule = rules.find((one) => matchesRule(one, subjectOf(resource, own)));
  if (rule) return { definition: own, resource, rule };
  if (!isForEquivalents) return undefined;
  const others = resources.equivalents(resource).filter((other) => other !== own);
  // Rules that come first count first.
  for (const one of rules) {
    const other = others.find((candidate) => matchesRule(one, subjectOf(nameOf(candidate), candidate)));
    if (other) return { definition: other, resource: nameOf(other), rule: one };
  }
  return undefined;
}

const nameOf = ({ kind: { group, version, plural } }: Resource): GroupVersionResource => ({
  group,
  version,
  resource: plural,
});
