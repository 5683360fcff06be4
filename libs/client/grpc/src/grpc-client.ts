import type { ChannelCredentials } from '@grpc/grpc-js';
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
import { apiServerChannelOptions, systemClock, type Logger } from '@skiff/platform';
import { Calls, type CallsOptions } from './calls';
import { createOverStream } from './create-all';
import { unwrap, unwrapAny, wrap } from './objects';
import { Reachability } from './reachability';
import { nameOf, patchTypes, reference, writeOptions } from './requests';
import { watchEvents } from './watch';

export interface GrpcClientOptions extends CallsOptions {
  /** "host:port" of the API server. */
  readonly target: string;
  readonly credentials: ChannelCredentials;
  /** Names this client to the API server; part of the field manager's name. */
  readonly userAgent: string;
  /** Is told when the API server does not answer, and when it does again. */
  readonly logger?: Logger;
}

/** The API server over one gRPC channel, which is dialled again whenever it breaks. */
export class GrpcClient implements Client, BatchCreator, Reconnector {
  private readonly service: skiffapiv1.ResourceServiceClient;
  private readonly reachability: Reachability;
  private readonly calls: Calls;

  constructor(private readonly options: GrpcClientOptions) {
    this.service = new skiffapiv1.ResourceServiceClient(options.target, options.credentials, {
      ...apiServerChannelOptions(options.target),
      'grpc.primary_user_agent': options.userAgent,
    });
    const { target, clock = systemClock, logger } = options;
    this.reachability = new Reachability(this.service, target, clock, logger);
    this.calls = new Calls(this.service, this.reachability, options);
  }

  async get<T extends ApiObject>(resource: ResourceId<T>, key: ObjectKey, options?: CallOptions): Promise<T> {
    const response = await this.calls.call('GET', this.service.get, { resource: reference(resource, key) }, options);
    return unwrap(resource, response.object);
  }

  async list<T extends ApiObject>(resource: ResourceId<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    const { namespace, signal, ...listOptions } = options;
    const request = { resource: reference(resource, { namespace, name: '' }), options: listOptions };
    const response = await this.calls.call('GET', this.service.list, request, signal ? { signal } : undefined);
    return { items: (response.items ?? []).map((item) => unwrap(resource, item)), metadata: response.metadata ?? {} };
  }

  async *watch<T extends ApiObject>(resource: ResourceId<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    const { namespace, signal, ...listOptions } = options;
    const request = {
      resource: reference(resource, { namespace, name: '' }),
      options: { ...listOptions, watch: true },
    };
    const stream = this.service.watch(request, this.calls.metadata());
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
    const response = await this.calls.call('POST', this.service.create, request, options);
    // A subresource may answer with another kind.
    return unwrapAny<R>(response.object);
  }

  async update<T extends ApiObject>(resource: ResourceId<T>, object: T, options: WriteOptions = {}): Promise<T> {
    const request = {
      resource: reference(resource, nameOf(object), options.subresource),
      object: wrap(resource, object),
      options: writeOptions(options),
    };
    return unwrap(resource, (await this.calls.call('PUT', this.service.update, request, options)).object);
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
    return unwrap(resource, (await this.calls.call('PATCH', this.service.patch, request, options)).object);
  }

  async delete<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    deleteOptions: metav1.DeleteOptions = {},
    options?: CallOptions,
  ): Promise<void> {
    await this.calls.call(
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
    await this.calls.call('DELETE', this.service.deleteCollection, request, signal ? { signal } : undefined);
  }

  bindPods(bindings: corev1.Binding[], options?: CallOptions): Promise<metav1.Status[]> {
    const bound = this.calls.call(undefined, this.service.bindPods, { bindings }, options);
    const results = bound.then((response) => response.results ?? []);
    return this.options.metrics?.creations(results, bindings.length) ?? results;
  }

  async discover(options?: CallOptions): Promise<ServedResources> {
    const { groups = [] } = await this.calls.call('GET', this.service.discover, {}, options);
    return readDiscovery(groups);
  }

  createAll<T extends ApiObject>(
    resource: ResourceId<T>,
    creations: readonly Creation<T>[],
    options: CallOptions = {},
  ): Promise<(T | StatusError)[]> {
    const stream = this.service.write(this.calls.metadata(), { deadline: this.calls.deadline() });
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
}
