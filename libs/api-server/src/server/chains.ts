import type { Tracer } from '@opentelemetry/api';
import type { Clock, Logger } from '@skiff/platform';
import type { Authenticator } from '../auth/authentication/authenticator';
import type { RequestHeaderAuthenticator } from '../auth/authentication/request-header';
import type { Authorizer } from '../auth/authorization/attributes';
import type { AccessMetrics } from '../filters/access-metrics';
import type { Auditor } from '../audit/auditor';
import { audit, auditRefused } from '../filters/audit';
import { flowControl, type FlowControlParts } from '../filters/flow-control';
import { authenticate } from '../filters/authenticate';
import { authorize } from '../filters/authorize';
import { deadline } from '../filters/deadline';
import { drain } from '../filters/drain';
import type { Draining } from '../filters/draining';
import { identify } from '../filters/identify';
import { impersonate } from '../filters/impersonate';
import { measure, measureOpen } from '../filters/measure';
import { report } from '../filters/report';
import type { RequestMetrics } from '../filters/request-metrics';
import { trace } from '../filters/trace';
import { compose, type Handler } from '../request/chain';
import type { Router } from '../routing/router';

export interface ChainParts {
  readonly authenticator: Authenticator;
  /** Those that ask for others; absent: there are none. */
  readonly proxies?: RequestHeaderAuthenticator | undefined;
  readonly authorizer: Authorizer;
  readonly access: AccessMetrics;
  readonly requests: RequestMetrics;
  /** Absent: nothing is told of requests. */
  readonly auditor: Auditor | undefined;
  readonly draining: Draining;
  /** Absent: requests do not wait for one another. */
  readonly flowControl: FlowControlParts | undefined;
  readonly router: Router;
  readonly clock: Clock;
  readonly tracer: Tracer;
  readonly logger: Logger;
}

export interface Chains {
  /** For a request of whoever: its message says who makes it. */
  readonly all: Handler;
  /** For a call that brings requests of its own: lets in whoever makes it, and no more. */
  readonly door: Handler;
  /** For a request of a user who is known: one of those, or one from within the process. */
  readonly known: Handler;
}

const entered = { type: 'entered' } as const;

/**
 * The ways of requests, in upstream's order.
 * Upstream: DefaultBuildHandlerChain in staging/src/k8s.io/apiserver/pkg/server/config.go.
 */
export function createChains(parts: ChainParts): Chains {
  const { authenticator, authorizer, access, requests, auditor, router, clock } = parts;
  const reported = report(parts.logger);
  const traced = trace(parts.tracer);
  const drained = drain(parts.draining);
  const measured = measure(requests, () => clock.monotonic());
  const timed = deadline(clock);
  const refusedToo = auditor && auditRefused(auditor);
  const told = auditor && audit(auditor);
  const who = authenticate(authenticator, access, parts.proxies);
  const actingAs = impersonate(authorizer);
  const identified = identify(router);
  const waiting = parts.flowControl && flowControl(parts.flowControl);
  const what = [waiting, authorize(authorizer, access), measureOpen(requests)];
  const answer: Handler = async (request) => {
    const outcome = await router.answer(request);
    await request.reply.send(outcome, request);
    return outcome;
  };
  const enter: Handler = async (request) => {
    request.isIdentified = true;
    await request.reply.send(entered, request);
    return entered;
  };
  return {
    all: compose(
      [traced, drained, measured, reported, refusedToo, timed, who, identified, told, actingAs, ...what],
      answer,
    ),
    door: compose([traced, drained, reported, refusedToo, timed, who, actingAs], enter),
    known: compose([drained, measured, reported, identified, told, ...what], answer),
  };
}
