import { errors } from 'jose';
import type { authenticationv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import { selfSubjectReviewResource, tokenReviewResource } from '@skiff/resources';
import { action, type ActionHandler } from '../../request/handlers';
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

/** Reviews that say who somebody is. */
export function identityReviews(tokens: TokenAuthenticator): ReturnType<typeof action>[] {
  const token: ActionHandler<authenticationv1.TokenReview> = async ({ object: review }) => {
    const { token: text, audiences } = review.spec ?? {};
    if (!text) throw new StatusError(400, 'BadRequest', 'token is required for TokenReview in authentication');
    return { ...review, status: await reviewToken(tokens, text, audiences) };
  };
  const self: ActionHandler<authenticationv1.SelfSubjectReview> = async ({ object, user }) => ({
    ...object,
    status: { userInfo: userInfo(user) },
  });
  return [action(tokenReviewResource, token), action(selfSubjectReviewResource, self)];
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
