import { constants } from 'node:http2';
import type { metav1 } from '@skiff/contracts';
import { skiffapiv1, type skiffobjectv1 } from '@skiff/contracts';
import { badRequest, StatusError, unknownResource } from '@skiff/platform';
import { forbidden, requestedName, type Authorizer } from '../auth/authorization/attributes';
import type { CachedObject } from '../cache/cached-object';
import type { ApiObject } from '../pipeline/admission';
import type { Registry } from '../registry/registry';
import { drained } from '../http/drained';
import { normalize } from '../requests/decode';
import { parsePatch } from '../requests/changes';
import type { ListOptions } from '../requests/list-options';
import type { Caller, Change, DeleteResult, Operations, Target, WriteOptions } from '../requests/operations';
import { plainJson } from '../requests/plain-json';
import { Warnings } from '../requests/warnings';
import type { WatchItem } from '../requests/watches';
import { deleteResponse, getResponse, listResponse, objectResponse, watchFrame } from './answers';
import type { GrpcCall } from './call';
import { decodeMessage, frame, readMessage, startResponse } from './frames';
import { serveWrites } from './write-stream';

const patchKinds = {
  [skiffapiv1.PatchType.PATCH_TYPE_JSON]: 'json',
  [skiffapiv1.PatchType.PATCH_TYPE_MERGE]: 'merge',
  [skiffapiv1.PatchType.PATCH_TYPE_STRATEGIC_MERGE]: 'strategic',
} as const;

/** skiff.api.v1.ResourceService: the same operations as REST, on typed messages. */
export class ResourceService {
  constructor(
    private readonly registry: Registry,
    private readonly operations: Operations,
    private readonly authorizer: Authorizer,
  ) {}

  /** Serves one call; the answer's frames are written, its end is the caller's. */
  async handle(method: string, call: GrpcCall): Promise<void> {
    if (method === 'Write') return this.writes(call);
    const message = await readMessage(call.stream);
    if (method === 'Watch') return this.watch(decodeMessage(skiffapiv1.WatchRequest, message), call);
    const answer = await this.unary(method, message, call);
    // Whoever finishes after the deadline of a call finds it answered.
    if (call.stream.writableEnded) return;
    startResponse(call.stream);
    call.stream.write(frame(answer));
  }

  private async unary(method: string, message: Buffer, call: GrpcCall): Promise<Uint8Array> {
    const warnings = new Warnings();
    const answer = async (writing: Promise<CachedObject>): Promise<Uint8Array> =>
      objectResponse(await writing, warnings.texts);
    switch (method) {
      case 'Get':
        return this.get(decodeMessage(skiffapiv1.GetRequest, message), call);
      case 'List':
        return this.list(decodeMessage(skiffapiv1.ListRequest, message), call);
      case 'Create':
        return answer(this.create(decodeMessage(skiffapiv1.CreateRequest, message), call, warnings));
      case 'Update':
        return answer(this.update(decodeMessage(skiffapiv1.UpdateRequest, message), call, warnings));
      case 'Patch':
        return answer(this.patch(decodeMessage(skiffapiv1.PatchRequest, message), call, warnings));
      case 'Delete':
        return deleteResponse(await this.delete(decodeMessage(skiffapiv1.DeleteRequest, message), call));
      case 'DeleteCollection':
        return this.deleteCollection(decodeMessage(skiffapiv1.DeleteCollectionRequest, message), call);
      case 'BindPods':
        return this.bindPods(decodeMessage(skiffapiv1.BindPodsRequest, message), call);
      default:
        throw new StatusError(501, 'MethodNotAllowed', `the method ${method} is not known`);
    }
  }

  private async get(request: skiffapiv1.GetRequest, call: GrpcCall): Promise<Uint8Array> {
    const target = this.target(request.resource, 'get', call);
    return getResponse(await this.operations.get(target, request.resourceVersion || undefined));
  }

  private async list(request: skiffapiv1.ListRequest, call: GrpcCall): Promise<Uint8Array> {
    const target = this.target(request.resource, 'list', call, request.options);
    return listResponse(await this.operations.list(target, fromListOptions(request.options)));
  }

  private async create(request: skiffapiv1.CreateRequest, call: GrpcCall, warnings: Warnings): Promise<CachedObject> {
    const target = this.target(request.resource, 'create', call);
    const caller = callerOf(call, warnings);
    const object = this.object(target, request.object, caller);
    return this.operations.create(target, object, caller, writeOptions(request.options, call));
  }

  private async update(request: skiffapiv1.UpdateRequest, call: GrpcCall, warnings: Warnings): Promise<CachedObject> {
    const target = this.target(request.resource, 'update', call);
    const caller = callerOf(call, warnings);
    const object = this.object(target, request.object, caller);
    return this.operations.update(target, { object }, caller, writeOptions(request.options, call));
  }

  private async patch(request: skiffapiv1.PatchRequest, call: GrpcCall, warnings: Warnings): Promise<CachedObject> {
    const target = this.target(request.resource, 'patch', call);
    const kind = patchKinds[request.type as keyof typeof patchKinds];
    if (!kind) throw badRequest('the type of the patch is not served');
    const body = Buffer.from(request.patch ?? []);
    const change: Change = { kind, patch: () => parsePatch(kind, body) };
    return this.operations.update(target, change, callerOf(call, warnings), writeOptions(request.options, call));
  }

  private delete({ resource, options = {} }: skiffapiv1.DeleteRequest, call: GrpcCall): Promise<DeleteResult> {
    const target = this.target(resource, 'delete', call);
    return this.operations.delete(target, options, callerOf(call), Boolean(options.dryRun?.length));
  }

  private async deleteCollection(
    { resource, options = {}, listOptions }: skiffapiv1.DeleteCollectionRequest,
    call: GrpcCall,
  ): Promise<Uint8Array> {
    const target = this.target(resource, 'deletecollection', call, listOptions);
    const dryRun = Boolean(options.dryRun?.length);
    await this.operations.deleteCollection(target, fromListOptions(listOptions), options, callerOf(call), dryRun);
    return skiffapiv1.DeleteCollectionResponse.encode({ status: { metadata: {}, status: 'Success' } }).finish();
  }

  private async bindPods(request: skiffapiv1.BindPodsRequest, call: GrpcCall): Promise<Uint8Array> {
    const options = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '' } as const;
    const results = await Promise.all(
      (request.bindings ?? []).map(async (binding): Promise<metav1.Status> => {
        const { namespace = '', name = '' } = binding.metadata ?? {};
        const reference = { version: 'v1', resource: 'pods', namespace, name, subresource: 'binding' };
        try {
          await this.operations.create(this.target(reference, 'create', call), binding, callerOf(call), options);
          return { metadata: {}, status: 'Success' };
        } catch (error) {
          return StatusError.from(error).toStatus();
        }
      }),
    );
    return skiffapiv1.BindPodsResponse.encode({ results }).finish();
  }

  private async watch({ resource, options }: skiffapiv1.WatchRequest, call: GrpcCall): Promise<void> {
    const target = this.target(resource, 'watch', call, options);
    const { stream, signal } = call;
    const sink = {
      open: () => startResponse(stream),
      send: (item: WatchItem) => void stream.write(watchFrame(item)),
      backlog: () => stream.writableLength,
      drained: () => drained(stream),
      end: () => undefined,
      abort: () => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM),
    };
    const { allowWatchBookmarks, timeoutSeconds, sendInitialEvents } = options ?? {};
    const watched = { ...fromListOptions(options), allowWatchBookmarks, timeoutSeconds, sendInitialEvents };
    await this.operations.watch(target, watched, sink, signal);
  }

  private writes(call: GrpcCall): Promise<void> {
    const writes = {
      create: (request: skiffapiv1.CreateRequest) => this.create(request, call, new Warnings()),
      update: (request: skiffapiv1.UpdateRequest) => this.update(request, call, new Warnings()),
      patch: (request: skiffapiv1.PatchRequest) => this.patch(request, call, new Warnings()),
      delete: (request: skiffapiv1.DeleteRequest) => this.delete(request, call),
    };
    return serveWrites(writes, call);
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
      name: requestedName(verb, name, options?.fieldSelector),
      // A node may list the pods that are its own, and follow single objects that they refer to.
      fieldSelector: options?.fieldSelector,
    } as const;
    const decision = this.authorizer.authorize(attributes);
    if (!decision.allowed) throw forbidden(attributes, decision.reason);
    return { definition, namespace, name, subresource };
  }

  /** The object of a message in its canonical form, as REST would have read it. */
  private object(target: Target, wrapped: skiffobjectv1.Object | undefined, { warn }: Caller): ApiObject {
    const kind = this.operations.bodyKind(target);
    const value = wrapped?.[kind.objectField];
    if (value === undefined) throw badRequest(`the request carries no ${kind.kind}`);
    // A decoded message is canonical already, but for fields that a client set to what JSON would leave out.
    return normalize(kind, plainJson(value), { fieldValidation: 'Ignore', warn });
  }
}

const callerOf = ({ user }: GrpcCall, warnings = new Warnings()): Caller => ({ user, warn: warnings.add });

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
