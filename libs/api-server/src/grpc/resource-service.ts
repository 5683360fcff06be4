import type { ServerHttp2Stream } from 'node:http2';
import { context } from '@opentelemetry/api';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { metav1, skiffapiv1, type skiffobjectv1 } from '@skiff/contracts';
import { normalizeObject, type Json } from '@skiff/api';
import { badRequest, contextFrom, StatusError, unknownResource } from '@skiff/platform';
import type { Authorizer } from '../auth/authorization/attributes';
import { forbidden } from '../auth/authorization/attributes';
import type { UserInfo } from '../auth/user';
import type { CachedObject } from '../cache/cached-object';
import type { ApiObject } from '../pipeline/admission';
import type { Registry } from '../registry/registry';
import type { Change, Operations, Target, WriteOptions } from '../requests/operations';
import type { ListOptions } from '../requests/lists';
import type { WatchItem } from '../requests/watches';
import { frame, readFrames, readMessage, startResponse } from './frames';

export interface GrpcCall {
  readonly stream: ServerHttp2Stream;
  readonly user: UserInfo;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

const eventTypes = { ADDED: 1, MODIFIED: 2, DELETED: 3, BOOKMARK: 4, ERROR: 5 } as const;

/** skiff.api.v1.ResourceService: the same operations as REST, on typed messages. */
export class ResourceService {
  constructor(
    private readonly registry: Registry,
    private readonly operations: Operations,
    private readonly authorizer: Authorizer,
  ) {}

  /** Serves one call; the answer's frames are written, its end is the caller's. */
  async handle(method: string, call: GrpcCall): Promise<void> {
    if (method === 'Write') return this.writeStream(call);
    const message = await readMessage(call.stream);
    if (method === 'Watch') return this.watch(skiffapiv1.WatchRequest.decode(message), call);
    const answer = await this.unary(method, message, call);
    startResponse(call.stream);
    call.stream.write(frame(answer));
  }

  private async unary(method: string, message: Buffer, call: GrpcCall): Promise<Uint8Array> {
    switch (method) {
      case 'Get': {
        const request = skiffapiv1.GetRequest.decode(message);
        const target = this.target(request.resource, 'get', call);
        return objectResponse(await this.operations.get(target, request.resourceVersion || undefined));
      }
      case 'List':
        return this.list(skiffapiv1.ListRequest.decode(message), call);
      case 'Create':
        return objectResponse(await this.create(skiffapiv1.CreateRequest.decode(message), call));
      case 'Update':
        return objectResponse(await this.update(skiffapiv1.UpdateRequest.decode(message), call));
      case 'Patch':
        return objectResponse(await this.patch(skiffapiv1.PatchRequest.decode(message), call));
      case 'Delete': {
        const result = await this.delete(skiffapiv1.DeleteRequest.decode(message), call);
        return 'object' in result
          ? objectResponse(result.object)
          : new BinaryWriter().uint32(18).bytes(metav1.Status.encode(result.status).finish()).finish();
      }
      case 'DeleteCollection': {
        const request = skiffapiv1.DeleteCollectionRequest.decode(message);
        const target = this.target(request.resource, 'deletecollection', call, request.listOptions);
        await this.operations.deleteCollection(
          target,
          request.listOptions ?? {},
          request.options ?? {},
          this.caller(call),
          false,
        );
        return skiffapiv1.DeleteCollectionResponse.encode({ status: { metadata: {}, status: 'Success' } }).finish();
      }
      case 'BindPods':
        return this.bindPods(skiffapiv1.BindPodsRequest.decode(message), call);
      default:
        throw new StatusError(501, 'MethodNotAllowed', `the method ${method} is not known`);
    }
  }

  private async list(request: skiffapiv1.ListRequest, call: GrpcCall): Promise<Uint8Array> {
    const target = this.target(request.resource, 'list', call, request.options);
    const page = await this.operations.list(target, fromListOptions(request.options));
    const metadata: metav1.ListMeta = {
      resourceVersion: String(page.resourceVersion),
      ...(page.continue ? { continue: page.continue } : {}),
      ...(page.remainingItemCount === undefined ? {} : { remainingItemCount: page.remainingItemCount }),
    };
    const writer = new BinaryWriter().uint32(10).bytes(metav1.ListMeta.encode(metadata).finish());
    for (const item of page.items) writer.uint32(18).bytes(wrapBytes(item));
    return writer.finish();
  }

  private async create(request: skiffapiv1.CreateRequest, call: GrpcCall): Promise<CachedObject> {
    const target = this.target(request.resource, 'create', call);
    const object = this.object(target, request.object);
    return this.operations.create(target, object, this.caller(call), writeOptions(request.options, call));
  }

  private async update(request: skiffapiv1.UpdateRequest, call: GrpcCall): Promise<CachedObject> {
    const target = this.target(request.resource, 'update', call);
    return this.operations.update(
      target,
      { object: this.object(target, request.object) },
      this.caller(call),
      writeOptions(request.options, call),
    );
  }

  private async patch(request: skiffapiv1.PatchRequest, call: GrpcCall): Promise<CachedObject> {
    const target = this.target(request.resource, 'patch', call);
    const kinds = {
      [skiffapiv1.PatchType.PATCH_TYPE_JSON]: 'json',
      [skiffapiv1.PatchType.PATCH_TYPE_MERGE]: 'merge',
      [skiffapiv1.PatchType.PATCH_TYPE_STRATEGIC_MERGE]: 'strategic',
    } as const;
    const kind = kinds[request.type as keyof typeof kinds];
    if (!kind) throw badRequest('the type of the patch is not served');
    const change: Change = { kind, patch: parseJson(request.patch) };
    return this.operations.update(target, change, this.caller(call), writeOptions(request.options, call));
  }

  private delete(request: skiffapiv1.DeleteRequest, call: GrpcCall): ReturnType<Operations['delete']> {
    const target = this.target(request.resource, 'delete', call);
    return this.operations.delete(
      target,
      request.options ?? {},
      this.caller(call),
      Boolean(request.options?.dryRun?.length),
    );
  }

  private async bindPods(request: skiffapiv1.BindPodsRequest, call: GrpcCall): Promise<Uint8Array> {
    const results = await Promise.all(
      (request.bindings ?? []).map(async (binding) => {
        const { namespace = '', name = '' } = binding.metadata ?? {};
        try {
          const target = this.target(
            { group: '', version: 'v1', resource: 'pods', namespace, name, subresource: 'binding' },
            'create',
            call,
          );
          await this.operations.create(target, binding, this.caller(call), {
            dryRun: false,
            fieldValidation: 'Ignore',
            fieldManager: '',
          });
          return { metadata: {}, status: 'Success' };
        } catch (error) {
          return StatusError.from(error).toStatus();
        }
      }),
    );
    return skiffapiv1.BindPodsResponse.encode({ results }).finish();
  }

  private async watch(request: skiffapiv1.WatchRequest, call: GrpcCall): Promise<void> {
    const target = this.target(request.resource, 'watch', call, request.options);
    const { stream } = call;
    startResponse(stream);
    const sink = {
      send: (item: WatchItem) => void stream.write(frame(watchResponse(item))),
      backlog: () => stream.writableLength,
      end: () => undefined,
    };
    const { allowWatchBookmarks, timeoutSeconds, sendInitialEvents } = request.options ?? {};
    await this.operations.watch(
      target,
      { ...fromListOptions(request.options), allowWatchBookmarks, timeoutSeconds, sendInitialEvents },
      sink,
      call.signal,
    );
  }

  private async writeStream(call: GrpcCall): Promise<void> {
    startResponse(call.stream);
    const running: Promise<void>[] = [];
    for await (const message of readFrames(call.stream)) {
      const request = skiffapiv1.WriteRequest.decode(message);
      // Each write of a stream may belong to another trace.
      const trace = request.trace ? contextFrom(request.trace) : context.active();
      const answer = context.with(trace, () => this.write(request, call));
      running.push(answer.then((response) => void call.stream.write(frame(response))));
    }
    await Promise.all(running);
  }

  private async write(request: skiffapiv1.WriteRequest, call: GrpcCall): Promise<Uint8Array> {
    const writer = new BinaryWriter().uint32(8).uint64(request.id ?? 0);
    try {
      if (request.delete) {
        const result = await this.delete(request.delete, call);
        return 'object' in result
          ? writer.uint32(18).bytes(wrapBytes(result.object)).finish()
          : writer.uint32(26).bytes(metav1.Status.encode(result.status).finish()).finish();
      }
      const written = request.create
        ? this.create(request.create, call)
        : request.update
          ? this.update(request.update, call)
          : request.patch
            ? this.patch(request.patch, call)
            : undefined;
      if (!written) throw badRequest('a write without an operation');
      // Only once it is known that there is an object: nothing may stand before a status.
      const object = await written;
      return writer.uint32(18).bytes(wrapBytes(object)).finish();
    } catch (error) {
      return writer
        .uint32(26)
        .bytes(metav1.Status.encode(StatusError.from(error).toStatus()).finish())
        .finish();
    }
  }

  /** The resource that a call names, once its caller may do this to it. */
  private target(
    reference: skiffapiv1.ResourceRef | undefined,
    verb: string,
    call: GrpcCall,
    options?: metav1.ListOptions,
  ): Target {
    const { group = '', version = '', resource = '', namespace = '', name = '', subresource = '' } = reference ?? {};
    const definition = this.registry.find(group, version, resource);
    if (!definition) throw unknownResource();
    const attributes = {
      user: call.user,
      verb,
      resourceRequest: true,
      apiGroup: group,
      apiVersion: version,
      resource,
      subresource,
      namespace,
      name,
      // A node may list the pods that are its own, and follow single objects that they refer to.
      fieldSelector: options?.fieldSelector,
    } as const;
    const decision = this.authorizer.authorize(attributes);
    if (!decision.allowed) throw forbidden(attributes, decision.reason);
    return { definition, namespace, name, subresource };
  }

  /** The object of a message in its canonical form, as REST would have read it. */
  private object(target: Target, wrapped: skiffobjectv1.Object | undefined): ApiObject {
    const kind = this.operations.bodyKind(target);
    const value = wrapped?.[kind.objectField];
    if (value === undefined) throw badRequest(`the request carries no ${kind.kind}`);
    // A decoded message is canonical already, but for fields that a client set to what JSON would leave out.
    return normalizeObject(kind, JSON.parse(JSON.stringify(value)), { unknownFields: [] });
  }

  private caller(call: GrpcCall): { user: UserInfo; warn(text: string): void } {
    return { user: call.user, warn: () => undefined };
  }
}

function parseJson(bytes: Uint8Array | undefined): Json {
  try {
    return JSON.parse(Buffer.from(bytes ?? []).toString()) as Json;
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

function fromListOptions(options: metav1.ListOptions | undefined): ListOptions {
  const { labelSelector, fieldSelector, limit, continue: next, resourceVersion, resourceVersionMatch } = options ?? {};
  return { labelSelector, fieldSelector, limit, continue: next, resourceVersion, resourceVersionMatch };
}

function writeOptions(
  options: { dryRun?: string[] | undefined; fieldManager?: string | undefined } | undefined,
  call: GrpcCall,
): WriteOptions {
  return {
    dryRun: Boolean(options?.dryRun?.length),
    fieldValidation: 'Ignore',
    fieldManager: options?.fieldManager || call.userAgent.split('/')[0] || 'unknown',
  };
}

const wrapped = new WeakMap<CachedObject, Uint8Array>();

/** A skiff.api.v1.Object around bytes that are encoded already, made once for all who read it. */
export function wrapBytes(cached: CachedObject): Uint8Array {
  let bytes = wrapped.get(cached);
  if (!bytes)
    wrapped.set(
      cached,
      (bytes = new BinaryWriter()
        .uint32((cached.kind.objectFieldNumber << 3) | 2)
        .bytes(cached.protobuf)
        .finish()),
    );
  return bytes;
}

/** Get, Create, Update, Patch and Delete answer with the object in field 1; Get adds the trace. */
function objectResponse(cached: CachedObject): Uint8Array {
  return new BinaryWriter().uint32(10).bytes(wrapBytes(cached)).finish();
}

function watchResponse(item: WatchItem): Uint8Array {
  const writer = new BinaryWriter().uint32(8).int32(eventTypes[item.type]);
  if (item.type === 'ERROR')
    return writer.uint32(34).bytes(metav1.Status.encode(item.error.toStatus()).finish()).finish();
  if (item.type === 'BOOKMARK') return writer.uint32(26).string(String(item.revision)).finish();
  writer.uint32(18).bytes(wrapBytes(item.object)).uint32(26).string(String(item.revision));
  const { trace } = item.object;
  if (trace) writer.uint32(42).bytes(skiffapiv1.TraceContext.encode(trace).finish());
  return writer.finish();
}
