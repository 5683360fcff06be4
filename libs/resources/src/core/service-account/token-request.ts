import { actionSubresource } from '@skiff/apimachinery';
import { Kinds, type authenticationv1 } from '@skiff/contracts';

export function defaultTokenRequest({ spec }: authenticationv1.TokenRequest): void {
  if (spec) spec.expirationSeconds ??= 3600;
}

/** Makes tokens for a service account. */
export const serviceAccountToken = actionSubresource('token', {
  kind: Kinds.TokenRequest,
  defaults: defaultTokenRequest,
});
