import { forbiddenResource, type AdmissionRequest } from '@skiff/api-server/admission';
import { StatusError, type StatusReason } from '@skiff/apimachinery';
import type { Policy, Binding } from '../policy/compile';

/** Why a write is refused. */
export interface Denial {
  readonly policy: Policy;
  /** Absent where the policy itself is at fault. */
  readonly binding: Binding | undefined;
  readonly message: string;
  readonly reason: string;
}

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

/**
 * What a client is told of a refusal: the words of Forbidden, with the reason that the policy gives.
 * Upstream: Dispatch in staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/dispatcher.go.
 */
export function denied(request: AdmissionRequest, { policy, binding, message, reason }: Denial): StatusError {
  const by = `ValidatingAdmissionPolicy '${policy.name}'${binding ? ` with binding '${binding.name}'` : ''}`;
  const text = `${by} denied request: ${message}`;
  const { metadata } = request.object ?? {};
  const name = request.name || metadata?.name || metadata?.generateName || 'Unknown';
  const forbidden = forbiddenResource(request.resource, name, text);
  const details = { ...forbidden.details, causes: [{ message: text }] };
  return new StatusError(codes[reason] ?? 422, reason as StatusReason, forbidden.message, details);
}
