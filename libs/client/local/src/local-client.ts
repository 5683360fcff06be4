import { context } from '@opentelemetry/api';
import type { ApiServer, InProcessRequest, Outcome, UserInfo } from '@skiff/api-server';
import { cloneJson, StatusError, type ApiObject } from '@skiff/apimachinery';
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
  type ServedResources,
  type WatchEvent,
  type WriteOptions,
} from '@skiff/client';
import { Kinds, writeJson, type corev1, type metav1, type ResourceId } from '@skiff/contracts';
import { contextFrom } from '@skiff/platform';
import { watchEvents } from './watch';

export interface LocalClientOptions {
  /** The server, in this process. */
  readonly server: Pick<ApiServer, 'handle' | 'discover'>;
  /** For whom everything is done; nobody checks that it is them. */
  readonly user: { readonly name: string; readonly groups?: readonly string[] };
  /** Names this client to the API server; part of the field manager's name. */
  readonly userAgent: string;
}

type Asked = Omit<InProcessRequest, 'user' | 'userAgent' | 'group' | 'version' | 'resource'>;

/**
 * An API server in the same process, without TLS, gRPC, or a copy on a wire. What it asks goes the way of every other
 * request of its user: the same rights, admission, metrics and errors.
 */
export class LocalClient implements Client, BatchCreator {
  private readonly user: UserInfo;

  constructor(private readonly options: LocalClientOptions) {
    const { name, groups = [] } = options.user;
    this.user = { name, uid: '', groups: [...groups, 'system:authenticated'], extra: {} };
  }

  async get<T extends ApiObject>(resource: ResourceId<T>, key: ObjectKey, options: CallOptions = {}): Promise<T> {
    return objectOf(await this.ask(resource, { verb: 'get', ...key, ...options }));
  }

  async list<T extends ApiObject>(resource: ResourceId<T>, options: ListOptions = {}): Promise<ListResult<T>> {
    const { namespace, signal, ...list } = options;
    return listOf(await this.ask(resource, { verb: 'list', namespace, signal, list }));
  }

  watch<T extends ApiObject>(resource: ResourceId<T>, options: ListOptions = {}): AsyncIterable<WatchEvent<T>> {
    const { namespace, signal, ...list } = options;
    return watchEvents(signal, (sink, ended) =>
      this.ask(resource, { verb: 'watch', namespace, list, sink, signal: ended }),
    );
  }

  async create<T extends ApiObject, R extends ApiObject = T>(
    resource: ResourceId<T>,
    object: T,
    options: WriteOptions = {},
  ): Promise<R> {
    const { namespace, name } = keyOf(object);
    const key = options.subresource ? { namespace, name } : { namespace };
    return objectOf(await this.ask(resource, { verb: 'create', ...key, object, ...written(options) }));
  }

  async update<T extends ApiObject>(resource: ResourceId<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return objectOf(await this.ask(resource, { verb: 'update', ...keyOf(object), object, ...written(options) }));
  }

  async patch<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    type: PatchType,
    patch: unknown,
    options: WriteOptions = {},
  ): Promise<T> {
    const change = { kind: type, body: Buffer.from(writeJson(patch)) };
    return objectOf(await this.ask(resource, { verb: 'patch', ...key, patch: change, ...written(options) }));
  }

  async delete<T extends ApiObject>(
    resource: ResourceId<T>,
    key: ObjectKey,
    deleteOptions: metav1.DeleteOptions = {},
    options: CallOptions = {},
  ): Promise<void> {
    await this.ask(resource, { verb: 'delete', ...key, deleteOptions, ...options });
  }

  async deleteCollection<T extends ApiObject>(
    resource: ResourceId<T>,
    options: ListOptions,
    deleteOptions: metav1.DeleteOptions = {},
  ): Promise<void> {
    const { namespace, signal, ...list } = options;
    await this.ask(resource, { verb: 'deletecollection', namespace, signal, list, deleteOptions });
  }

  async discover({ signal }: CallOptions = {}): Promise<ServedResources> {
    signal?.throwIfAborted();
    return readDiscovery(await this.options.server.discover(this.user));
  }

  bindPods(bindings: corev1.Binding[], options: CallOptions = {}): Promise<metav1.Status[]> {
    return Promise.all(
      bindings.map((binding): Promise<metav1.Status> =>
        this.create<ApiObject>(Kinds.Pod, binding, { ...options, subresource: 'binding' }).then(
          () => ({ metadata: {}, status: 'Success' }),
          (error: unknown) => StatusError.from(error).toStatus(),
        ),
      ),
    );
  }

  createAll<T extends ApiObject>(
    resource: ResourceId<T>,
    creations: readonly Creation<T>[],
    options: CallOptions = {},
  ): Promise<(T | StatusError)[]> {
    return Promise.all(
      creations.map(({ object, trace }) => {
        const create = (): Promise<T | StatusError> =>
          this.create(resource, object, options).catch((error: unknown) => StatusError.from(error));
        return trace ? context.with(contextFrom(trace), create) : create();
      }),
    );
  }

  private async ask(resource: ResourceId<ApiObject>, asked: Asked): Promise<Outcome> {
    const { signal, namespace } = asked;
    signal?.throwIfAborted();
    const { server, userAgent } = this.options;
    const { group, version, plural, namespaced } = resource;
    const { user } = this;
    const place = { group, version, resource: plural, namespace: namespaced ? namespace : undefined };
    const outcome = await server.handle({ user, userAgent, ...asked, ...place });
    signal?.throwIfAborted();
    return outcome;
  }
}

function keyOf({ metadata }: ApiObject): ObjectKey {
  return { namespace: metadata?.namespace, name: metadata?.name ?? '' };
}

function written({ subresource, fieldManager, force, dryRun, signal }: WriteOptions): Partial<Asked> {
  return {
    subresource,
    signal,
    write: {
      ...(fieldManager ? { fieldManager } : {}),
      ...(force ? { force } : {}),
      ...(dryRun ? { dryRun: ['All'] } : {}),
    },
  };
}

/** A copy for the caller: the server's objects are shared by all who read them. */
function objectOf<T extends ApiObject>(outcome: Outcome): T {
  if (outcome.type !== 'object') throw new TypeError(`the API server answered with ${outcome.type}`);
  // The server answers with objects of the resource that it was asked for.
  return cloneJson(outcome.object.object) as T;
}

function listOf<T extends ApiObject>(outcome: Outcome): ListResult<T> {
  if (outcome.type !== 'list') throw new TypeError(`the API server answered with ${outcome.type}`);
  const { items, resourceVersion, continue: next, remainingItemCount } = outcome.page;
  return {
    items: items.map(({ object }) => cloneJson(object) as T),
    metadata: {
      resourceVersion: String(resourceVersion),
      ...(next ? { continue: next } : {}),
      ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
    },
  };
}
