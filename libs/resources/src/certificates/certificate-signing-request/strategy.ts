import type { Strategy, StrategyContext } from '@skiff/apimachinery';
import type { certificatesv1 } from '@skiff/contracts';

type Request = certificatesv1.CertificateSigningRequest;

type Condition = certificatesv1.CertificateSigningRequestCondition;

/** Conditions of these types are as they were, whatever was sent. */
function keepConditions(request: Request, old: Request, types: readonly string[]): void {
  const of = ({ status }: Request): Condition[] => status?.conditions ?? [];
  const kept = of(old).filter(({ type = '' }) => types.includes(type));
  const sent = of(request).filter(({ type = '' }) => !types.includes(type));
  const conditions = [...kept, ...sent];
  if (conditions.length > 0) request.status = { ...request.status, conditions };
}

/** A condition tells when it was last updated, and when it came to be. */
function timeConditions(request: Request, old: Request, { now }: StrategyContext): void {
  const conditions = old.status?.conditions ?? [];
  const first = new Map(conditions.toReversed().map((condition) => [condition.type, condition]));
  for (const condition of request.status?.conditions ?? []) {
    condition.lastUpdateTime ??= now;
    const before = first.get(condition.type);
    condition.lastTransitionTime ??= before?.status === condition.status ? (before?.lastTransitionTime ?? now) : now;
  }
}

/** Models upstream's pkg/registry/certificates: who asks is told by the server, and nobody approves by the way. */
export const certificateSigningRequestStrategy: Strategy<certificatesv1.CertificateSigningRequest> = {
  prepareForCreate(request, { user }) {
    const spec = (request.spec ??= {});
    for (const field of ['username', 'uid', 'groups', 'extra'] as const) delete spec[field];
    spec.username = user.name;
    if (user.uid) spec.uid = user.uid;
    if (user.groups.length > 0) spec.groups = [...user.groups];
    const extra = Object.entries(user.extra);
    if (extra.length > 0) spec.extra = Object.fromEntries(extra.map(([key, values]) => [key, [...values]]));
    request.status = {};
  },
  prepareForUpdate(request, old, subresource, context) {
    if (old.spec) request.spec = old.spec;
    if (subresource === '') return;
    if (subresource === 'approval') {
      const { certificate } = old.status ?? {};
      request.status = { ...request.status, ...(certificate === undefined ? {} : { certificate }) };
      if (certificate === undefined) delete request.status.certificate;
      keepConditions(request, old, ['Failed']);
    } else keepConditions(request, old, ['Approved', 'Denied']);
    timeConditions(request, old, context);
  },
};
