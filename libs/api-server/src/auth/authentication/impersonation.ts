import { forbidden, type Authorizer, type ResourceAttributes } from '../authorization/attributes';
import { authenticated, serviceAccountGroups, serviceAccountOf, wellKnown, type UserInfo } from '../user';

/** Header (or gRPC metadata) values by name in lower case. */
export type Headers = (name: string) => readonly string[];

const extraPrefix = 'impersonate-extra-';

/** Headers that ask for nobody; upstream calls it an error of the server. */
export class ImpersonationError extends Error {
  override readonly name = 'ImpersonationError';
}

/**
 * The user that a request wants to act as, if it asks for one with `Impersonate-…` headers, and the
 * requester may; otherwise the requester. Throws Forbidden, or ImpersonationError.
 */
export function impersonate(
  requester: UserInfo,
  headers: Headers,
  headerNames: readonly string[],
  authorizer: Authorizer,
): UserInfo {
  if (!headerNames.some((header) => header.startsWith('impersonate-'))) return requester;
  const name = headers('impersonate-user')[0] ?? '';
  const groups = headers('impersonate-group');
  const uid = headers('impersonate-uid')[0] ?? '';
  const extra = Object.fromEntries(
    headerNames
      .filter((header) => header.startsWith(extraPrefix))
      .map((header) => [unescapeKey(header.slice(extraPrefix.length)), headers(header)]),
  );
  if (!name) {
    if (groups.length === 0 && !uid && Object.keys(extra).length === 0) return requester;
    throw new ImpersonationError(`requested ${printWanted(groups, extra, uid)} without impersonating a user`);
  }
  const required: Partial<ResourceAttributes>[] = [
    userAttributes(name),
    ...groups.map((group) => ({ resource: 'groups', name: group })),
    ...(uid ? [{ apiGroup: 'authentication.k8s.io', apiVersion: 'v1', resource: 'uids', name: uid }] : []),
    ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => extraAttributes(key, value))),
  ];
  for (const attributes of required) requireImpersonation(requester, attributes, authorizer);
  return impersonated(name, uid, groups, extra);
}

/** What is wanted, as Go prints a list of object references: kind, name, API version and field path. */
function printWanted(
  groups: readonly string[],
  extra: Readonly<Record<string, readonly string[]>>,
  uid: string,
): string {
  const version = 'authentication.k8s.io/v1';
  const wanted = [
    ...groups.map((group) => `{Group  ${group}    }`),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => `{UserExtra  ${value}  ${version}  ${key}}`),
    ),
    ...(uid ? [`{UID  ${uid}  ${version}  }`] : []),
  ];
  return `[${wanted.join(' ')}]`;
}

/** A key that is not well escaped stands for itself, as upstream. */
function unescapeKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function userAttributes(name: string): Partial<ResourceAttributes> {
  const account = serviceAccountOf(name);
  return account ? { resource: 'serviceaccounts', ...account } : { resource: 'users', name };
}

const extraAttributes = (subresource: string, name: string): Partial<ResourceAttributes> => ({
  apiGroup: 'authentication.k8s.io',
  apiVersion: 'v1',
  resource: 'userextras',
  subresource,
  name,
});

function requireImpersonation(user: UserInfo, wanted: Partial<ResourceAttributes>, authorizer: Authorizer): void {
  const attributes: ResourceAttributes = {
    user,
    verb: 'impersonate',
    resourceRequest: true,
    apiGroup: '',
    apiVersion: 'v1',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    ...wanted,
  };
  const decision = authorizer.authorize(attributes);
  if (!decision.allowed) throw forbidden(attributes, decision.reason);
}

function impersonated(
  name: string,
  uid: string,
  groups: readonly string[],
  extra: Readonly<Record<string, readonly string[]>>,
): UserInfo {
  const account = serviceAccountOf(name);
  // A service account is in its own groups, unless others are asked for.
  const own = groups.length === 0 && account ? serviceAccountGroups(account.namespace) : groups;
  if (name === wellKnown.anonymous) return { name, uid, groups: [...own, wellKnown.unauthenticated], extra };
  return authenticated({ name, uid, groups: own, extra });
}
