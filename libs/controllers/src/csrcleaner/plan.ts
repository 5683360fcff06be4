import { X509Certificate } from 'node:crypto';
import type { certificatesv1 } from '@skiff/contracts';
import { timeOf } from '../shared/pods';
import { conditionOf } from '../shared/signing-requests';

type Request = certificatesv1.CertificateSigningRequest;

const hour = 3_600_000;
/** How long a request stays that nobody has decided about, or that was approved and never signed. */
const pendingLifetime = 24 * hour;
/** How long a request stays that was signed, denied, or could not be signed. */
const decidedLifetime = hour;

function certificateEnd({ status }: Request): number | undefined {
  if (!status?.certificate) return undefined;
  return Date.parse(new X509Certificate(Buffer.from(status.certificate, 'base64')).validTo);
}

/**
 * When a request is to be deleted, in milliseconds since the epoch. Throws when its certificate is none.
 * Upstream: pkg/controller/certificates/cleaner/cleaner.go.
 */
export function deletionTime(request: Request): number {
  const ends = certificateEnd(request);
  const after = (time: string | null | undefined, lifetime: number): number =>
    time ? timeOf(time) + lifetime : Infinity;
  const approved = conditionOf(request, 'Approved');
  const hasConditions = (request.status?.conditions ?? []).length > 0;
  return Math.min(
    ...(approved && ends !== undefined ? [ends, after(approved.lastUpdateTime, decidedLifetime)] : []),
    ...(approved && ends === undefined ? [after(approved.lastUpdateTime, pendingLifetime)] : []),
    after(conditionOf(request, 'Denied')?.lastUpdateTime, decidedLifetime),
    after(conditionOf(request, 'Failed')?.lastUpdateTime, decidedLifetime),
    hasConditions ? Infinity : after(request.metadata?.creationTimestamp, pendingLifetime),
  );
}
