import { errors } from 'jose';
import { Kinds, type authenticationv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import type { ActionHandler } from '../../subresources/handlers';
import type { TokenAuthenticator } from '../authentication/token-authenticator';
import { authenticated, type UserInfo } from '../user';

/** A user as reviews show it. */
function userInfo({ name, uid, groups, extra }: UserInfo): authenticationv1.UserInfo {
  return {
    username: name,
    ...(uid ? { uid } : {}),
    ...(groups.length ? { groups: [...groups] } : {}),
    ...(Object.keys(extra).length
      ? { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) }
      : {}),
  } as authenticationv1.UserInfo;
}

/** Reviews that say who somebody is, by "group/resource". */
export function identityReviews(tokens: TokenAuthenticator): [string, ActionHandler][] {
  const group = 'authentication.k8s.io';
  const token: ActionHandler['handle'] = async ({ object }) => {
    const review = object as authenticationv1.TokenReview;
    const { token: text, audiences } = review.spec ?? {};
    if (!text) throw new StatusError(400, 'BadRequest', 'token is required for TokenReview in authentication');
    return { ...review, status: await reviewToken(tokens, text, audiences) };
  };
  const self: ActionHandler['handle'] = async ({ object, user }) => ({
    ...object,
    status: { userInfo: userInfo(user) },
  });
  return [
    [`${group}/tokenreviews`, { kind: Kinds.TokenReview, handle: token } as ActionHandler],
    [`${group}/selfsubjectreviews`, { kind: Kinds.SelfSubjectReview, handle: self } as ActionHandler],
  ];
}

async function reviewToken(
  tokens: TokenAuthenticator,
  token: string,
  audiences: readonly string[] | undefined,
): Promise<authenticationv1.TokenReviewStatus> {
  try {
    const result = await tokens.authenticate(token, audiences?.length ? audiences : tokens.apiAudiences);
    return { authenticated: true, user: userInfo(authenticated(result.user)), audiences: [...result.audiences] };
  } catch (error) {
    // How exactly a token is malformed is nobody's business.
    const malformed = !(error instanceof Error) || error instanceof errors.JOSEError;
    return { user: {}, error: malformed ? 'invalid bearer token' : `[invalid bearer token, ${error.message}]` };
  }
}
