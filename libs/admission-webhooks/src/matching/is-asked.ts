import { activationFor, evaluateConditions, isSelected, seenIn } from '@skiff/admission-rules';
import { forbiddenResource, type AdmissionParts, type AdmissionRequest } from '@skiff/api-server/admission';
import type { ApiObject } from '@skiff/apimachinery';
import type { Invocation } from './invocations';

type Parts = Pick<AdmissionParts, 'reader' | 'resources' | 'authorizer'>;

/**
 * Whether a webhook whose rules name a resource is asked about a write: by its selectors and its conditions. Throws
 * Forbidden where a condition cannot be evaluated and the webhook does not fail open.
 *
 * @param object as it is by now.
 */
export async function isAsked(
  parts: Parts,
  invocation: Invocation,
  request: AdmissionRequest,
  object: ApiObject | undefined,
): Promise<boolean> {
  const { hook } = invocation;
  if (!(await isSelected(parts.reader, hook, request, object))) return false;
  if (hook.conditions.length === 0) return true;
  const seen = await seenIn(invocation, request, object, parts.resources);
  const activation = activationFor({ ...seen, authorizer: parts.authorizer });
  const verdict = await evaluateConditions(hook.conditions, activation, hook.failsOpen);
  if ('error' in verdict) throw forbiddenResource(request.resource, request.name, verdict.error);
  return verdict.matches;
}
