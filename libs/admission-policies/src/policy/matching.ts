import { isSelected, matchedVersion, type MatchedVersion } from '@skiff/admission-rules';
import type { AdmissionParts, AdmissionRequest, AdmissionTarget, Operation } from '@skiff/api-server/admission';
import type { Constraints } from './compile';

type Parts = Pick<AdmissionParts, 'reader' | 'resources'>;

/** The version that the rules of a policy name, unless others exclude it. */
export function matchOf(
  constraints: Constraints,
  { resources }: Pick<Parts, 'resources'>,
  target: AdmissionTarget,
  operation: Operation,
): MatchedVersion | undefined {
  if (constraints.rules.length === 0) return undefined;
  return matchedVersion(constraints, resources, target, operation);
}

/**
 * Whether a write, whose resource is one that the constraints name, is one that they are for.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/matching/matching.go.
 */
export async function isFor(
  constraints: Constraints,
  parts: Parts,
  request: AdmissionRequest,
  matched: MatchedVersion,
): Promise<boolean> {
  const { target, operation, name } = request;
  if (!hasName(matched, name)) return false;
  if (!(await isSelected(parts.reader, constraints, request, request.object))) return false;
  const excluded = matchedVersion(constraints.excluded, parts.resources, target, operation);
  return !excluded || !hasName(excluded, name);
}

/** Rules may be for some objects alone. */
const hasName = ({ rule: { resourceNames } }: MatchedVersion, name: string): boolean =>
  !resourceNames?.length || resourceNames.includes(name);
