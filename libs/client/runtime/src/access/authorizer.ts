import type { Writer } from '@skiff/client';
import { Kinds, type authorizationv1 } from '@skiff/contracts';
import type { Clock } from '@skiff/platform';
import type { CallUser } from './authenticator';
import { ExpiringCache } from './expiring-cache';

/** What a caller wants to do, as SubjectAccessReview asks it. */
export type AccessAttributes = { readonly resource: ResourceAccess } | { readonly path: string; readonly verb: string };

export interface ResourceAccess {
  readonly verb: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

export interface DelegatedAuthorizerOptions {
  readonly client: Pick<Writer, 'create'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** How long a yes and a no of the API server hold. */
  readonly allowedMilliseconds: number;
  readonly deniedMilliseconds: number;
}

/** As many as upstream's webhook authorizer keeps. */
const maxDecisions = 8_192;

/**
 * Asks the API server by SubjectAccessReview what callers of a service may do, and remembers its answers for a
 * short time.
 *
 * Upstream: staging/src/k8s.io/apiserver/plugin/pkg/authorizer/webhook/webhook.go
 */
export class DelegatedAuthorizer {
  private readonly decisions: ExpiringCache<boolean>;

  constructor(private readonly options: DelegatedAuthorizerOptions) {
    this.decisions = new ExpiringCache({ clock: options.clock, maxEntries: maxDecisions });
  }

  /** Rejects when the API server cannot be asked. */
  allows(user: CallUser, attributes: AccessAttributes): Promise<boolean> {
    const spec = specOf(user, attributes);
    const { allowedMilliseconds, deniedMilliseconds } = this.options;
    return this.decisions.get(
      JSON.stringify(spec),
      () => this.review(spec),
      (allowed) => (allowed ? allowedMilliseconds : deniedMilliseconds),
    );
  }

  private async review(spec: authorizationv1.SubjectAccessReviewSpec): Promise<boolean> {
    const review: authorizationv1.SubjectAccessReview = { metadata: {}, spec };
    const answer = await this.options.client.create<authorizationv1.SubjectAccessReview>(
      Kinds.SubjectAccessReview,
      review,
    );
    return answer.status?.allowed === true;
  }
}

function specOf(user: CallUser, attributes: AccessAttributes): authorizationv1.SubjectAccessReviewSpec {
  const extra = Object.fromEntries(Object.entries(user.extra).map(([key, items]) => [key, [...items]]));
  return {
    user: user.name,
    ...(user.uid ? { uid: user.uid } : {}),
    groups: [...user.groups],
    ...(Object.keys(extra).length ? { extra } : {}),
    ...('resource' in attributes
      ? { resourceAttributes: { group: '', version: 'v1', ...attributes.resource } }
      : { nonResourceAttributes: { path: attributes.path, verb: attributes.verb } }),
  };
}
