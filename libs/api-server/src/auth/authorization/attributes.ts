import { parseFieldSelector, SelectorError, StatusError } from '@skiff/apimachinery';
import type { UserInfo } from '../user';

/** What somebody wants to do. */
export type Attributes = ResourceAttributes | NonResourceAttributes;

export interface ResourceAttributes {
  readonly user: UserInfo;
  /** get, list, watch, create, update, patch, delete, deletecollection, or one that a resource defines. */
  readonly verb: string;
  readonly resourceRequest: true;
  /** Empty for the core group. */
  readonly apiGroup: string;
  readonly apiVersion: string;
  /** The plural name. */
  readonly resource: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** Empty for a collection. See `requestedName` for lists and watches. */
  readonly name: string;
  /** What a list or watch is limited to, such as `spec.nodeName=node-1`; absent or empty: nothing. */
  readonly fieldSelector?: string | undefined;
}

export interface NonResourceAttributes {
  readonly user: UserInfo;
  /** The HTTP method in lower case. */
  readonly verb: string;
  readonly resourceRequest: false;
  readonly path: string;
}

/** The value that a field selector demands for a field; empty when it demands none, or cannot be read. */
export function selectedValue({ fieldSelector }: Pick<ResourceAttributes, 'fieldSelector'>, field: string): string {
  if (!fieldSelector?.includes(field)) return '';
  try {
    const terms = parseFieldSelector(fieldSelector);
    return terms.find((term) => term.field === field && term.operator === '=')?.value ?? '';
  } catch (error) {
    // It is refused when it is used.
    if (error instanceof SelectorError) return '';
    throw error;
  }
}

/** Whom a request is about: a list or watch that a field selector narrows to one name is about that object. */
export function requestedName(verb: string, name: string, fieldSelector: string | undefined): string {
  if (name || (verb !== 'list' && verb !== 'watch')) return name;
  const selected = selectedValue({ fieldSelector }, 'metadata.name');
  return /^\.{1,2}$|[/%]/.test(selected) ? '' : selected;
}

/** `reason` explains to a user; empty when there is nothing to add. */
export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

export interface Authorizer {
  authorize(attributes: Attributes): Decision;
}

/** The first one that allows decides; otherwise the reasons of all, a line each. */
export function anyOf(...authorizers: readonly Authorizer[]): Authorizer {
  return {
    authorize(attributes) {
      const reasons: string[] = [];
      for (const authorizer of authorizers) {
        const decision = authorizer.authorize(attributes);
        if (decision.allowed) return decision;
        if (decision.reason) reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join('\n') };
    },
  };
}

/** Why upstream's server forbids it, to the letter. */
export function forbidden(attributes: Attributes, reason = ''): StatusError {
  const text = escapeHtml(describe(attributes)) + (reason ? `: ${reason}` : '');
  if (!attributes.resourceRequest) return new StatusError(403, 'Forbidden', `forbidden: ${text}`, {});
  const { apiGroup, resource, name } = attributes;
  return forbiddenResource({ group: apiGroup, resource }, name, text);
}

/** A 403 about a resource, as upstream's NewForbidden words it. An empty name stands for the collection. */
export function forbiddenResource(
  { group, resource }: { readonly group: string; readonly resource: string },
  name: string,
  text: string,
): StatusError {
  const qualified = group ? `${resource}.${group}` : resource;
  return new StatusError(
    403,
    'Forbidden',
    `${qualified}${name ? ` ${JSON.stringify(name)}` : ''} is forbidden: ${text}`,
    {
      ...(name ? { name } : {}),
      ...(group ? { group } : {}),
      kind: resource,
    },
  );
}

function describe(attributes: Attributes): string {
  const user = JSON.stringify(attributes.user.name);
  if (!attributes.resourceRequest)
    return `User ${user} cannot ${attributes.verb} path ${JSON.stringify(attributes.path)}`;
  const { verb, resource, subresource, apiGroup, namespace } = attributes;
  const what = JSON.stringify(subresource ? `${resource}/${subresource}` : resource);
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  return `User ${user} cannot ${verb} resource ${what} in API group ${JSON.stringify(apiGroup)} ${where}`;
}

/** Text that a browser shows as it is. */
export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
