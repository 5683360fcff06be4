import { StatusError } from '@skiff/apimachinery';
import type { AuditRecord } from '../audit/audit-record';
import { isPanic, type Auditor } from '../audit/auditor';
import { failedAuthentication } from '../audit/describe-request';
import type { Filter, Handler } from '../request/chain';
import type { Outcome } from '../request/outcome';
import type { Request } from '../request/request';
import { anonymousUser } from '../auth/user';
import { showsCertificate } from './authenticate';
import { timedOut } from './deadline';

/**
 * Tells of requests what the policy says, from when it is known who makes them.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/audit.go.
 */
export const audit =
  (auditor: Auditor): Filter =>
  (next) =>
  (request) => {
    const record = auditor.begin(request);
    return record ? audited(next, request, record).finally(() => auditor.end()) : next(request);
  };

async function audited(next: Handler, request: Request, record: AuditRecord): Promise<Outcome> {
  request.audit = record;
  const { reply } = request;
  if (request.lasts) reply.whenStarted((code) => record.started(code));
  try {
    const outcome = await next(request);
    // What came after the time was sent to nobody.
    if (request.isExpired) record.failed(timedOut());
    else record.completed(outcome, reply.code);
    return outcome;
  } catch (error) {
    if (isPanic(error)) record.panicked(error.message);
    else record.failed(request.isExpired ? timedOut() : StatusError.from(error));
    throw error;
  }
}

/**
 * Tells of requests that are refused before that: of those who are not known, and of what makes no sense at all.
 * Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/filters/{authn_audit,request_deadline}.go.
 */
export const auditRefused =
  (auditor: Auditor): Filter =>
  (next) =>
  async (request) => {
    try {
      return await next(request);
    } catch (error) {
      if (!request.isIdentified) tellRefused(auditor, request, StatusError.from(error));
      throw error;
    }
  };

function tellRefused(auditor: Auditor, request: Request, failure: StatusError): void {
  const { message, user } = request;
  const record = auditor.record(request, user !== anonymousUser);
  if (failure.code === 401 && message) record?.unknown(failedAuthentication(message, showsCertificate(message)));
  else record?.refused(failure);
}
