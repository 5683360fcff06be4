import type { Tracer } from '@opentelemetry/api';
import type { Clock, Logger } from '@skiff/platform';
import type { Registry as MetricsRegistry } from 'prom-client';
import { forbiddenResource, type Authorizer } from '../auth/authorization/attributes';
import type { ApiObject, StatusError } from '@skiff/apimachinery';
import type { ConnectService } from '../request/service-port';
import type { AdmissionReader, AdmissionWriter } from './reader';
import type { Follow } from './follow';
import type { AdmissionRequest, Operation } from './request';
import type { AdmissionResources } from './resources';
import type { AdmissionTarget } from './target';

/** What a plugin does in a phase, and for which writes; for others it is not called. */
export interface AdmissionStep<Result> {
  /** Fewer than those of the plugin; absent: all of them. */
  readonly operations?: readonly Operation[];
  /** Such as `pods`, `pods/binding`, `ingresses.networking.k8s.io`, or `pods/*` for all of pods; absent: everything. */
  readonly resources?: readonly string[];
  /**
   * Whether it has something to do with such writes, as things stand: asked once, and again whenever `replan` was called
   * or other resources are served. Default: yes.
   */
  applies?(target: AdmissionTarget, operation: Operation): boolean;
  run(request: AdmissionRequest): Result | Promise<Result>;
}

/** Looks at writes after authorization. Throws a StatusError to refuse. */
export interface AdmissionPlugin {
  /** The name by which flags turn it on and off, as upstream's. */
  readonly name: string;
  /** Those that it handles, as upstream's: metrics count it for these, whatever the resource. */
  readonly operations: readonly Operation[];
  /**
   * Before validation: gives the object as it is to be: the request's own, which it may change, or another. Undefined
   * says that nothing changes.
   */
  readonly mutate?: AdmissionStep<ApiObject | undefined>;
  /** When it gives another object, all mutating plugins see that once more, as upstream does after webhooks. */
  readonly reinvokes?: boolean;
  /** After validation: refuses or accepts. */
  readonly validate?: AdmissionStep<void>;
}

/** What plugins work with. */
export interface AdmissionParts {
  readonly reader: AdmissionReader;
  readonly writer: AdmissionWriter;
  readonly resources: AdmissionResources;
  readonly follow: Follow;
  /** To be called when a step applies to other writes than before. */
  readonly replan: () => void;
  readonly connectService: ConnectService;
  readonly authorizer: Authorizer;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly metrics: MetricsRegistry;
  /** Aborts when the server stops. */
  readonly signal: AbortSignal;
}

/** Why a plugin refuses, as upstream's admission.NewForbidden words it. */
export function refused(request: AdmissionRequest, text: string): StatusError {
  const { name: given, generateName } = request.object?.metadata ?? {};
  const name = request.name || given || generateName || 'Unknown';
  return forbiddenResource(request.resource, name, text);
}
