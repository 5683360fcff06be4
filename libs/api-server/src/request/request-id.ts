import type { IncomingHttpHeaders } from 'node:http';
import { randomUuid, type Random } from '@skiff/platform';

/** The header by which clients and servers name a request. */
export const requestIdHeader = 'Audit-Id';

/** What a client may call a request: what can be sent back and written to a log as it is. */
const givenId = /^[\x21-\x7e]{1,256}$/;

/**
 * What identifies a request: what its client calls it, or something new.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/audit_init.go.
 */
export function requestId(headers: IncomingHttpHeaders, random: Random): string {
  const given = headers['audit-id'];
  return typeof given === 'string' && givenId.test(given) ? given : newRequestId(random);
}

export const newRequestId = (random: Random): string => randomUuid(random, 'request');
