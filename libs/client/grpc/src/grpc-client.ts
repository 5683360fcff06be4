import {
  Metadata,
  type CallOptions as GrpcCallOptions,
  type ChannelCredentials,
  type ClientUnaryCall,
  type ServiceError,
} from '@grpc/grpc-js';
import type { ApiObject, StatusError } from '@skiff/apimachinery';
import {
  readDiscovery,
  type BatchCreator,
  type CallOptions,
  type Client,
  type Creation,
  type ListOptions,
  type ListResult,
  type ObjectKey,
  type PatchType,
  type Reconnector,
  type ServedResources,
  type WatchEvent,
  type WriteOptions,
} from '@skiff/client';
import { skiffapiv1, writeJson, type corev1, type metav1, type ResourceId } from '@skiff/contracts';
import {
  apiServerChannelOptions,
  fromServiceError,
  systemClock,
  traceContextOf,
  type Clock,
  type Logger,
} from '@skiff/platform';
import { Reachability } from './reachability';
import type { ClientMetrics, Verb } from './client-metrics';
import { createOverStream } from './create-all';
import { unwrap, unwrapAny, wrap } from './objects';
import { watchEvents } from './watch';

export interface GrpcClientOptions {
  /** "host:port" of the API server. */
  readonly target: string;
  readonly credentials: ChannelCredentials;
  /** Sent as a bearer token with every call, for clients without a certificate. */
  readonly token?: () => string;
  /** Names this client to the API server; part of the field manager's name. */
  readonly userAgent: string;
  /** How long a call other than a watch may take, in milliseconds. Default: 30 s. */
  readonly timeoutMilliseconds?: number;
  /** Deadlines are counted on it. Default: the system's. */
  readonly clock?: Clock;
  /** Is told when the API server does not answer, and when it does again. */
  readonly logger?: Logger;
  /** Counts the calls; absent, nobody does. */
  readonly metrics?: ClientMetrics;
}

const patchTypes: Readonly<Record<PatchType, skiffapiv1.PatchType>> = {
  json: skiffapiv1.PatchType.PATCH_TYPE_JSON,
  merge: skiffapiv1.PatchType.PATCH_TYPE_MERGE,
  strategic: skiffapiv1.PatchType.PATCH_TYPE_STRATEGIC_MERGE,
  apply: skiffapiv1.PatchType.PATCH_TYPE_APPLY,
};

type Unary<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<GrpcCallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/** The API server over one gRPC channel, which is dialled again whenever it breaks. */
export class GrpcClient implements Client, BatchCreator, Reconnector {
  private readonly service: skiffapiv1.ResourceServiceClient;
  private readonly reachability: Reachability;

  constructor(private readonly options: GrpcClientOptions) {
    this.service = new skiffapiv1.ResourceServiceClient(options.target, options.credentials, {
      ...apiServerChannelOptions(options.target),
      'grpc.primary_user_agent': options.userAgent,
    });
    const { target, clock = systemClock, logger } = options;
    this.reachability = new Reachability(this.service, target, clock, logger);
  }

  async get<T extends ApiObject>(resource: ResourceId<T>, key: ObjectKey, options?: CallOptions): Promise<T> {
    const response = await this.call('GET', this.service.get, { resource: reference(resource, key) }, options);
    return unwrap(resource, response.object);
  }

  async list<T extends ApiObject>(resource: ResourceId<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    const { namespace, signal, ...listOptions } = options;
    const request = { resource: reference(resource, { namespace, name: '' }), options: listOptions };
    const response = await this.call('GET', this.service.list, request, signal ? { signal } : undefined);
    return { items: (response.items ?? []).map((item) => unwrap(resource, item)), metadata: response.metadata ?? {} };
  }

  async *watch<T extends ApiObject>(resource: ResourceId<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    const { namespace, signal, ...listOptions } = options;
    const request = {
      resource: reference(resource, { namespace, name: '' }),
      options: { ...listOptions, watch: true },
    };
    const stream = this.service.watch(request, this.metadata());
    this.options.metrics?.watch(stream);
    yield* watchEvents(resource, stream, signal, this.reachability);
  }

  async create<T extends ApiObject, R extends ApiObject = T>(
    resource: ResourceId<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<R> {
    const key = options.subresource ? nameOf(object) : { ...nameOf(object), name: '' };
    const request = {
      resource: reference(resource, key, options.subresource),
      object: wrap(resource, object),
      options: writeOptions(options),
    };
    const response = await this.call('POST', this.service.create, request, options);
    // A subresource may answer with another kind.
    return unwrapAny<R>(response.object);
  }

  async update<T extends ApiObject>(resource: ResourceId<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const request = {
      resource: reference(resource, nameOf(object), options.subresource),
      object: wrap(resource, object),
      options: writeOptions(options),
    };
    return unwrap(resource, (await this.call('PUT', this.service.update, request, options)).object);
  }

  async patch<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    const request = {
      resource: reference(resource, key, options.subresource),
      type: patchTypes[type],
      patch: Buffer.from(writeJson(patch)),
      options: writeOptions(options),
    };
    return unwrap(resource, (await this.call('PATCH', this.service.patch, request, options)).object);
  }

  async delete<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    deleteOptions: metav1.DeleteOptions = {},
    options?: CallOptions,
  ): Promise<void> {
    await this.call(
      'DELETE',
      this.service.delete,
      { resource: reference(resource, key), options: deleteOptions },
      options,
    );
  }

  async deleteCollection<T extends ApiObject>(
    resource: ResourceId<T>,
    list: ListOptions,
    deleteOptions: metav1.DeleteOptions = {},
  ): Promise<void> {
    const { namespace, signal, ...listOptions } = list;
    const request = { resource: reference(resource, { namespace, name: '' }), options: deleteOptions, listOptions };
    await this.call('DELETE', this.service.deleteCollection, request, signal ? { signal } : undefined);
  }

  bindPods(bindings: corev1.Binding[], options?: CallOptions): Promise<metav1.Status[]> {
    const bound = this.call(undefined, this.service.bindPods, { bindings }, options);
    const results = bound.then((response) => response.results ?? []);
    return this.options.metrics?.creations(results, bindings.length) ?? results;
  }

  async discover(options?: CallOptions): Promise<ServedResources> {
    const { groups = [] } = await this.call('GET', this.service.discover, {}, options);
    return readDiscovery(groups);
  }

  createAll<T extends ApiObject>(
    resource: ResourceId<T>,
    creations: readonly Creation<T>[],
    options: CallOptions = {},
  ): Promise<(T | StatusError)[]> {
    const stream = this.service.write(this.metadata(), { deadline: this.deadline() });
    const refer = (object: T): skiffapiv1.ResourceRef => reference(resource, { ...nameOf(object), name: '' });
    const created = createOverStream(stream, resource, creations, refer, options.signal);
    return this.options.metrics?.creations(created, creations.length) ?? created;
  }

  reconnected(signal: AbortSignal): Promise<boolean> {
    return this.reachability.reconnected(signal);
  }

  /** Ends all calls and the connection. */
  close(): void {
    this.reachability.close();
    this.service.close();
  }

  private call<Request, Response>(
    /** Absent where the caller counts. */
    verb: Verb | undefined,
    method: Unary<Request, Response>,
    request: Request,
    options?: CallOptions,
  ): Promise<Response> {
    const { signal } = options ?? {};
    signal?.throwIfAborted();
    const finish = verb && this.options.metrics?.start(verb);
    return new Promise((resolve, reject) => {
      const call = method.call(
        this.service,
        request,
        this.metadata(),
        { deadline: this.deadline(), waitForReady: false } as Partial<GrpcCallOptions>,
        (error, response) => {
          signal?.removeEventListener('abort', abort);
          const failure = error ? fromServiceError(error) : undefined;
          finish?.(error);
          if (!failure) {
            this.reachability.succeeded();
            return resolve(response);
          }
          if (signal?.aborted) return reject(signal.reason as Error);
          this.reachability.failed(failure);
          reject(failure);
        },
      );
      const abort = (): void => call.cancel();
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  private deadline(): number {
    return (this.options.clock ?? systemClock).now() + (this.options.timeoutMilliseconds ?? 30_000);
  }

  private metadata(): Metadata {
    const metadata = new Metadata();
    const { traceparent, tracestate } = traceContextOf() ?? {};
    if (traceparent) metadata.set('traceparent', traceparent);
    if (tracestate) metadata.set('tracestate', tracestate);
    if (this.options.token) metadata.set('authorization', `Bearer ${this.options.token()}`);
    return metadata;
  }
}

function reference(resource: ResourceId, key: ObjectKey, subresource = ''): skiffapiv1.ResourceRef {
  return {
    group: resource.group,
    version: resource.version,
    resource: resource.plural,
    namespace: resource.namespaced ? (key.namespace ?? '') : '',
    name: key.name,
    subresource,
  };
}

function nameOf(object: ApiObject): ObjectKey {
  return { namespace: object.metadata?.namespace, name: object.metadata?.name ?? '' };
}

function writeOptions(options: WriteOptions): { fieldManager?: string; dryRun?: string[] } {
  return {
    ...(options.fieldManager ? { fieldManager: options.fieldManager } : {}),
    ...(options.dryRun ? { dryRun: ['All'] } : {}),
  };
}
