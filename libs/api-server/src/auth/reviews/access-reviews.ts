import type { authorizationv1 } from '@skiff/contracts';
import { StatusError } from '@skiff/apimachinery';
import {
  localSubjectAccessReviewResource,
  selfSubjectAccessReviewResource,
  selfSubjectRulesReviewResource,
  subjectAccessReviewResource,
} from '@skiff/resources';
import { action, type ActionHandler } from '../../request/handlers';
import type { Attributes, Authorizer } from '../authorization/attributes';
import type { RbacAuthorizer } from '../authorization/rbac/rbac-authorizer';
import { wellKnown, type UserInfo } from '../user';
import { requireSelfReview, requireSubjectReview, type AccessSpec } from './validate-access-review';

/** What an access review asks, about this user. */
function attributesOf(user: UserInfo, spec: AccessSpec | undefined): Attributes {
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec ?? {};
  if (other) return { user, verb: other.verb ?? '', resourceRequest: false, path: other.path ?? '' };
  return {
    user,
    verb: resource?.verb ?? '',
    resourceRequest: true,
    apiGroup: resource?.group ?? '',
    apiVersion: resource?.version || '*',
    resource: resource?.resource ?? '',
    subresource: resource?.subresource ?? '',
    namespace: resource?.namespace ?? '',
    name: resource?.name ?? '',
    fieldSelector: resource?.fieldSelector?.rawSelector,
  };
}

function decide(authorizer: Authorizer, attributes: Attributes): authorizationv1.SubjectAccessReviewStatus {
  const { allowed, reason } = authorizer.authorize(attributes);
  return { allowed, ...(reason ? { reason } : {}) };
}

function subjectOf(spec: authorizationv1.SubjectAccessReviewSpec | undefined): UserInfo {
  return {
    name: spec?.user ?? '',
    uid: spec?.uid ?? '',
    groups: spec?.groups ?? [],
    extra: spec?.extra ?? {},
  };
}

/** Reviews that say what somebody may do. */
export function accessReviews(authorizer: Authorizer, rbac: RbacAuthorizer): ReturnType<typeof action>[] {
  const subject: ActionHandler<authorizationv1.SubjectAccessReview> = async ({ object: review, namespace }) => {
    requireSubjectReview(review, namespace);
    return { ...review, status: decide(authorizer, attributesOf(subjectOf(review.spec), review.spec)) };
  };
  const self: ActionHandler<authorizationv1.SelfSubjectAccessReview> = async ({ object: review, user }) => {
    requireSelfReview(review);
    return { ...review, status: decide(authorizer, attributesOf(user, review.spec)) };
  };
  const rules: ActionHandler<authorizationv1.SelfSubjectRulesReview> = async ({ object: review, user }) => {
    const namespace = review.spec?.namespace ?? '';
    if (!namespace) throw new StatusError(400, 'BadRequest', 'no namespace on request');
    return { ...review, status: rulesOf(rbac, user, namespace) };
  };
  return [
    action(subjectAccessReviewResource, subject),
    action(localSubjectAccessReviewResource, subject),
    action(selfSubjectAccessReviewResource, self),
    action(selfSubjectRulesReviewResource, rules),
  ];
}

function rulesOf(rbac: RbacAuthorizer, user: UserInfo, namespace: string): authorizationv1.SubjectRulesReviewStatus {
  const { rules, errors } = rbac.rulesFor(user, namespace);
  const all = user.groups.includes(wellKnown.masters)
    ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }, ...rules]
    : rules;
  return {
    resourceRules: all
      .filter((rule) => rule.resources?.length)
      .map(({ verbs = [], apiGroups = [], resources = [], resourceNames }) => ({
        verbs: verbs ?? [],
        apiGroups,
        resources,
        ...(resourceNames?.length ? { resourceNames } : {}),
      })),
    nonResourceRules: all
      .filter((rule) => rule.nonResourceURLs?.length)
      .map(({ verbs = [], nonResourceURLs = [] }) => ({ verbs: verbs ?? [], nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length ? { evaluationError: errors.join(', ') } : {}),
  };
}
