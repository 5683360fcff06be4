import { setImmediate } from 'node:timers';
import { context, trace as tracing } from '@opentelemetry/api';
import { formatTime, randomUuid, type Clock } from '@skiff/platform';
import {
  Changes,
  manageUpdate,
  StatusError,
  type ApiObject,
  type Comparison,
  type StrategyContext,
  schemaOf,
  type Resource,
  type Versions,
} from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import type { Store } from '@skiff/storage';
import { AdmissionAttributes } from '../../admission/attributes';
import type { Admission } from '../../admission/chain';
import type { SentChoices } from '../../admission/options';
import type { Operation, OperationOptions } from '../../admission/request';
import type { AdmissionTargets } from '../../admission/target';
import type { UserInfo } from '../../auth/user';
import { andThen, type Awaitable } from '../../cache/awaitable';
import type { CachedObject } from '../../cache/cached-object';
import type { RecordCodec } from '../../cache/record';
import type { Undo, WriteHooks } from './hooks';
import type { StoredResource } from '../stored-resource';
import type { VersionCache } from '../version-cache';
import type { VersionView } from '../version-view';

/** Who writes, and how. */
export interface WriteContext {
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Who owns in managedFields what is written; `unknown` when it says nothing. */
  readonly fieldManager?: string;
  /** What the client says of how it writes; absent for what the server writes of its own. */
  readonly sent?: SentChoices | undefined;
  /** Whether it is one of many that one request is about, and that it does not name. */
  readonly ofMany?: boolean;
  /** Of the body that it came in; absent for what the server writes of its own. */
  readonly bodyBytes?: number;
  /** Whether what is written says itself who manages which field, as what was applied does. Default: false. */
  readonly managed?: boolean;
  warn(text: string): void;
  /** Whether who writes has gone; absent for what the server writes of its own. */
  readonly departure?: { readonly signal: AbortSignal } | undefined;
  /** Is told what admission notes for the audit log. */
  annotate?(key: string, value: string): void;
}

/** What the writes of a resource in one of its versions have in common. */
export interface WriteParts<T extends ApiObject> {
  readonly definition: Resource<T>;
  readonly store: Store;
  readonly stored: StoredResource;
  readonly cache: VersionCache<T>;
  readonly view: VersionView<T>;
  readonly admission: Admission;
  /** What requests of this resource are about. */
  readonly targets: AdmissionTargets;
  readonly hooks: WriteHooks<T>;
  /** The versions in which the resource is served now. */
  readonly versions: () => Versions;
  readonly clock: Clock;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** Where an object of a resource is stored. */
export function storageKey({ storagePrefix, kind }: Resource, namespace: string, name: string): string {
  return kind.namespaced ? `${storagePrefix}${namespace}/${name}` : `${storagePrefix}${name}`;
}

/** What admission is told of a write, beside who writes. */
interface Admitted<T extends ApiObject | undefined> {
  readonly operation: Operation;
  readonly namespace: string;
  readonly subresource: string;
  readonly object: T;
  readonly oldObject?: ApiObject | undefined;
  readonly options: () => OperationOptions;
}

/** A write as admission sees it. */
export function admissionRequest<T extends ApiObject | undefined>(
  { targets, random }: Pick<WriteParts<ApiObject>, 'targets' | 'random'>,
  { operation, namespace, subresource, object, oldObject, options }: Admitted<T>,
  { user, dryRun, warn, departure, annotate, ofMany }: WriteContext,
): AdmissionAttributes<T> {
  return new AdmissionAttributes(targets.of(subresource), {
    operation,
    namespace,
    name: ofMany ? '' : ((object ?? oldObject)?.metadata?.name ?? ''),
    userInfo: user,
    dryRun,
    object,
    oldObject,
    options,
    uid: () => randomUuid(random),
    annotate,
    warn,
    departure,
  });
}

export function strategyContext({ user, warn }: WriteContext, clock: Clock): StrategyContext {
  return { user, warn, now: formatTime(clock.now()) };
}

interface NotedWrite extends WriteContext {
  /** See `changesElsewhere`. Default: managers name fields by this version alone. */
  readonly elsewhere?: ReadonlyMap<string, Comparison> | undefined;
}

/** How a write changes an object in the versions by which others of its managers name their fields; mostly there are none. */
export async function changesElsewhere<T extends ApiObject>(
  { definition: { kind }, versions }: Pick<WriteParts<T>, 'definition' | 'versions'>,
  before: T,
  after: T,
): Promise<ReadonlyMap<string, Comparison>> {
  const apiVersion = apiVersionOf(kind);
  const changes = new Changes({ before, after, apiVersion }, {}, versions());
  const others = new Set(before.metadata?.managedFields?.map((entry) => entry.apiVersion ?? ''));
  others.delete(apiVersion);
  return new Map(await Promise.all([...others].map(async (one) => [one, await changes.in(one)] as const)));
}

/** Whether somebody names fields of an object by another version of its resource. */
export const isManagedElsewhere = ({ metadata }: ApiObject, kind: Kind): boolean =>
  metadata?.managedFields?.some(({ apiVersion }) => apiVersion !== apiVersionOf(kind)) ?? false;

/** Notes who owns the fields that a write changes; to be called before admission adds its own. */
export function noteManager<T extends ApiObject>(
  { definition, clock }: Pick<WriteParts<T>, 'definition' | 'clock'>,
  before: T,
  object: T,
  subresource: string,
  { fieldManager = '', bodyBytes = 0, managed = false, elsewhere }: NotedWrite,
): void {
  if (managed) return;
  const { kind } = definition;
  const time = isView(definition, subresource) ? undefined : formatTime(clock.now());
  const manager = { name: fieldManager, subresource, apiVersion: apiVersionOf(kind), time, bytes: bodyBytes };
  const managedFields = manageUpdate(schemaOf(kind), before, object, { ...manager, elsewhere });
  if (managedFields) object.metadata = Object.assign({}, object.metadata, { managedFields });
  else {
    const { managedFields: _, ...metadata } = object.metadata ?? {};
    object.metadata = metadata;
  }
}

/** Upstream keeps no times of what is written through one: pkg/util/managedfields/scalehandler.go of apimachinery. */
const isView = ({ subresources }: Pick<Resource, 'subresources'>, subresource: string): boolean =>
  subresource !== '' && subresources.get(subresource)?.type === 'view';

/** As much as etcd takes in one request, in bytes, which holds for every store. */
const largestRecord = 1.5 * 1024 * 1024;

/** What is stored for an object, whatever it takes. */
export function encodeObject<T extends ApiObject>({ view, stored }: WriteParts<T>, object: T): Awaitable<Uint8Array> {
  const trace = currentTrace(object);
  return andThen(view.toStored(object), (form) => stored.records.encode(form, trace));
}

/** The same, unless it is too large for the store: see `recordWithin`. */
export function recordToStore<T extends ApiObject>({ view, stored }: WriteParts<T>, object: T): Awaitable<Uint8Array> {
  const trace = currentTrace(object);
  return andThen(view.toStored(object), (form) => recordWithin(stored.records, form, trace));
}

/**
 * What is stored for an object. One that is too large loses the owners of its fields, as upstream, and is refused
 * when that is not enough, in etcd's words.
 */
export function recordWithin(records: RecordCodec, object: ApiObject, trace: CachedObject['trace']): Uint8Array {
  const record = records.encode(object, trace);
  if (record.length <= largestRecord) return record;
  if (!object.metadata?.managedFields) throw new StatusError(500, '', 'etcdserver: request is too large');
  const { managedFields: _, ...metadata } = object.metadata;
  object.metadata = metadata;
  return recordWithin(records, object, trace);
}

/** Bodies and messages from this size on are dealt with in several turns of the event loop. */
const largeBytes = 256 << 10;

/** Whether others should have the event loop between the steps of a write, since it has so much to do. */
export const isLarge = (bytes = 0): boolean => bytes >= largeBytes;

/** Lets others have the event loop. */
export const pause = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Takes back what a hook did before a write that fails. */
export async function undoing<R>(undo: Undo | undefined, run: () => Promise<R>): Promise<R> {
  try {
    return await run();
  } catch (error) {
    await undo?.();
    throw error;
  }
}

/** The span that a write belongs to: the caller's, or the one that an annotation of the object names. */
export function currentTrace(object: ApiObject): CachedObject['trace'] {
  const span = tracing.getSpanContext(context.active());
  if (span)
    return {
      traceparent: `00-${span.traceId}-${span.spanId}-0${span.traceFlags & 1}`,
      tracestate: span.traceState?.serialize() ?? '',
    };
  const annotated = object.metadata?.annotations?.['tracing.k8s.io/traceparent'];
  return annotated ? { traceparent: annotated, tracestate: '' } : undefined;
}
