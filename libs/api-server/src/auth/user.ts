/** Who makes a request. */
export interface UserInfo {
  readonly name: string;
  /** Empty when the authenticator knows none. */
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** Names that Kubernetes gives a meaning. */
export const wellKnown = {
  anonymous: 'system:anonymous',
  authenticated: 'system:authenticated',
  unauthenticated: 'system:unauthenticated',
  masters: 'system:masters',
  nodes: 'system:nodes',
  nodePrefix: 'system:node:',
  serviceAccounts: 'system:serviceaccounts',
  serviceAccountPrefix: 'system:serviceaccount:',
  apiServer: 'system:apiserver',
} as const;

export const anonymousUser: UserInfo = {
  name: wellKnown.anonymous,
  uid: '',
  groups: [wellKnown.unauthenticated],
  extra: {},
};

/** The API server itself, when it writes what a cluster needs to exist. */
export const apiServerUser: UserInfo = {
  name: wellKnown.apiServer,
  uid: '',
  groups: [wellKnown.masters, wellKnown.authenticated],
  extra: {},
};

export function serviceAccountUserName(namespace: string, name: string): string {
  return `${wellKnown.serviceAccountPrefix}${namespace}:${name}`;
}

/** The groups that every service account of a namespace is in. */
export function serviceAccountGroups(namespace: string): string[] {
  return [wellKnown.serviceAccounts, `${wellKnown.serviceAccounts}:${namespace}`];
}

/** A service account, as whoever has its token is known. */
export const serviceAccountUser = (namespace: string, name: string): UserInfo => ({
  name: serviceAccountUserName(namespace, name),
  uid: '',
  groups: [...serviceAccountGroups(namespace), wellKnown.authenticated],
  extra: {},
});

/** Namespace and name when the user is a service account. */
export function serviceAccountOf(userName: string): { namespace: string; name: string } | undefined {
  if (!userName.startsWith(wellKnown.serviceAccountPrefix)) return undefined;
  const parts = userName.slice(wellKnown.serviceAccountPrefix.length).split(':');
  const [namespace, name] = parts;
  return parts.length === 2 && namespace && name ? { namespace, name } : undefined;
}

/** The node whose kubelet the user is. Both name and group are needed, as upstream's node identifier has it. */
export function nodeOf(user: UserInfo): string | undefined {
  return user.name.startsWith(wellKnown.nodePrefix) && user.groups.includes(wellKnown.nodes)
    ? user.name.slice(wellKnown.nodePrefix.length)
    : undefined;
}

/** The user as an authenticated one: in `system:authenticated`, unless it is anonymous. */
export function authenticated(user: UserInfo): UserInfo {
  if (user.groups.includes(wellKnown.authenticated) || user.name === wellKnown.anonymous) return user;
  return { ...user, groups: [...user.groups, wellKnown.authenticated] };
}
