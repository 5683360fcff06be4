import { isIP } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';
import type { UserInfo } from '../auth/user';
import type { Request } from '../request/request';
import { namespaceAround, type RequestInfo, type ResourceRequestInfo } from '../request/request-info';
import type { AuditedUser, ObjectReference } from './event';

const longestUserAgent = 1_024;

/** What an event says of a user; what is empty is left out. */
export function auditedUser({ name, uid, groups, extra }: UserInfo): AuditedUser {
  return {
    ...(name ? { username: name } : {}),
    ...(uid ? { uid } : {}),
    ...(groups.length ? { groups } : {}),
    ...(Object.keys(extra).length ? { extra } : {}),
  };
}

export function objectReference(info: RequestInfo): ObjectReference | undefined {
  if (!info.resourceRequest) return undefined;
  const { resource, namespace, name, group, version, subresource } = info;
  return referenceOf({ resource, namespace, name, apiGroup: group, apiVersion: version, subresource });
}

/** A reference with its fields in upstream's order, and without those that are empty. */
export function referenceOf(fields: ObjectReference): ObjectReference {
  const { resource, namespace, name, uid, apiGroup, apiVersion, resourceVersion, subresource } = fields;
  return {
    ...(resource ? { resource } : {}),
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(uid ? { uid } : {}),
    ...(apiGroup ? { apiGroup } : {}),
    ...(apiVersion ? { apiVersion } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
    ...(subresource ? { subresource } : {}),
  };
}

/** Where a request over REST is sent to; for one that came otherwise, where the same would be. */
export function requestUri({ protocol, message, path, info }: Request): string {
  if (protocol === 'rest') return message?.url ?? path;
  return info.resourceRequest ? restPath(info) : info.path || path;
}

function restPath(info: ResourceRequestInfo): string {
  const { group, version, resource, name, subresource, verb } = info;
  const namespace = namespaceAround(info);
  const around = namespace ? ['namespaces', namespace] : [];
  const parts = [...(group ? ['apis', group] : ['api']), version, ...around, resource, name, subresource];
  const path = parts.filter((part) => part !== '').map(encodeURIComponent);
  return `/${path.join('/')}${verb === 'watch' ? '?watch=true' : ''}`;
}

/** Upstream: maybeTruncateUserAgent in staging/src/k8s.io/apiserver/pkg/audit/request.go. */
export function shownUserAgent(userAgent = ''): string | undefined {
  if (userAgent.length > longestUserAgent) return `${userAgent.slice(0, longestUserAgent)}...TRUNCATED`;
  return userAgent || undefined;
}

/**
 * Where a request came from: what proxies say of it, and the address of its connection, which nobody can make up.
 * Upstream: SourceIPs in staging/src/k8s.io/apimachinery/pkg/util/net/http.go.
 */
export function sourceIPs(headers: IncomingHttpHeaders, remoteAddress: string | undefined): string[] | undefined {
  const found = texts(headers['x-forwarded-for'])
    .flatMap((value) => value.split(','))
    .map((value) => value.trim())
    .filter((value) => isIP(value) !== 0);
  const real = texts(headers['x-real-ip'])[0];
  if (real !== undefined && isIP(real) !== 0 && !found.includes(real)) found.push(real);
  const remote = remoteAddress?.replace(/^::ffff:/, '');
  if (remote !== undefined && found.at(-1) !== remote) found.push(remote);
  return found.length > 0 ? found : undefined;
}

type Message = NonNullable<Request['message']>;

const texts = (value: string | string[] | undefined): string[] => [value ?? []].flat();

/**
 * What somebody showed who is not known.
 * Upstream: getAuthMethods in staging/src/k8s.io/apiserver/pkg/endpoints/filters/authn_audit.go.
 */
export function failedAuthentication({ headers, url = '' }: Message, showsCertificate: boolean): string {
  const [scheme = '', ...rest] = (headers.authorization ?? '').trim().split(' ');
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  const attempted = [
    ...(/^basic$/i.test(scheme) && rest.length > 0 ? ['basic'] : []),
    ...(/^bearer$/i.test(scheme) && rest.length > 0 ? ['bearer'] : []),
    ...(query.get('access_token')?.trim() ? ['access_token'] : []),
    ...(showsCertificate ? ['x509'] : []),
  ];
  if (attempted.length === 0) return 'Authentication failed, no credentials provided';
  return `Authentication failed, attempted: ${attempted.join(', ')}`;
}
