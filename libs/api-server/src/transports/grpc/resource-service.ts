import type { metav1 } from '@skiff/contracts';
import { skiffapiv1, type skiffobjectv1 } from '@skiff/contracts';
import { badRequest, StatusError, type ApiObject } from '@skiff/apimachinery';
import type { CachedObject } from '../../cache/cached-object';
import { parsePatch } from '../../operations/changes';
import type { Caller, Change, DeleteResult, Operations, Target } from '../../operations/operations';
import { Warnings } from '../../request/warnings';
import { deleteResponse, discoverResponse, getResponse, listResponse, objectResponse } from './answers';
import type { GrpcCall, RequestCall } from './call';
import { countRequest, type RequestCounter } from '../../grpc/counted-request';
import { decodeMessage, frame, readMessage, startResponse } from './frames';
import { callerOf, fromListOptions, writeOptions } from './options';
import { readObject } from '../../grpc/read-object';
import type { Targets } from '../../grpc/targets';
import { watchSink } from './watch-sink';
import { serveWrites, type Writes } from './write-stream';

const patchKinds = {
  [skiffapiv1.PatchType.PATCH_TYPE_JSON]: 'json',
  [skiffapiv1.PatchType.PATCH_TYPE_MERGE]: 'merge',
  [skiffapiv1.PatchType.PATCH_TYPE_STRATEGIC_MERGE]: 'strategic',
} as const;

type UnaryVerb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What the methods that are answered once do. */
const verbs: ReadonlyMap<string, UnaryVerb> = new Map([
  ['Get', 'get'],
  ['List', 'list'],
  ['Create', 'create'],
  ['Update', 'update'],
  ['Patch', 'patch'],
  ['Delete', 'delete'],
  ['DeleteCollection', 'deletecollection'],
]);

/** skiff.api.v1.ResourceService: the same operations as REST, on typed messages. */
export class ResourceService {
  constructor(
    private readonly targets: Targets,
    private readonly operations: Operations,
    private readonly counter: RequestCounter,
  ) {}

  /** Serves one call; the answer's frames are written, its end is the caller's. */
  async handle(method: string, call: GrpcCall): Promise<void> {
    if (method === 'Write') return this.writes(call);
    const message = await readMessage(call.stream);
    if (method === 'Watch')
      return this.count('watch', call, (own) => this.watch(decodeMessage(skiffapiv1.WatchRequest, message), own));
    const answer = await this.answer(method, message, call);
    // Whoever finishes after the deadline of a call finds it answered.
    if (call.stream.writableEnded) return;
    startResponse(call.stream);
    call.stream.write(frame(answer));
  }

  private answer(method: string, message: Buffer, call: GrpcCall): Promise<Uint8Array> {
    // Each binding is counted, not the batch of them.
    if (method === 'BindPods') return this.bindPods(decodeMessage(skiffapiv1.BindPodsRequest, message), call);
    if (method === 'Discover')
      return this.count('get', call, async ({ user }) => discoverResponse(this.targets.all(user)));
    const verb = verbs.get(method);
    if (!verb) throw new StatusError(501, 'MethodNotAllowed', `the method ${method} is not known`);
    const run = async (own: RequestCall): Promise<Uint8Array> => {
      const answer = await this.unary(verb, message, own);
      own.counted.bytes = answer.byteLength;
      return answer;
    };
    return this.count(verb, call, run, message.length);
  }

  private async unary(verb: UnaryVerb, message: Buffer, call: RequestCall): Promise<Uint8Array> {
    const warnings = new Warnings();
    const answer = async (writing: Promise<CachedObject>): Promise<Uint8Array> =>
      objectResponse(await writing, warnings.texts);
    switch (verb) {
      case 'get':
        return this.get(decodeMessage(skiffapiv1.GetRequest, message), call);
      case 'list':
        return this.list(decodeMessage(skiffapiv1.ListRequest, message), call);
      case 'create':
        return answer(this.create(decodeMessage(skiffapiv1.CreateRequest, message), call, warnings));
      case 'update':
        return answer(this.update(decodeMessage(skiffapiv1.UpdateRequest, message), call, warnings));
      case 'patch':
        return answer(this.patch(decodeMessage(skiffapiv1.PatchRequest, message), call, warnings));
      case 'delete':
        return deleteResponse(await this.delete(decodeMessage(skiffapiv1.DeleteRequest, message), call));
      case 'deletecollection':
        return this.deleteCollection(decodeMessage(skiffapiv1.DeleteCollectionRequest, message), call);
    }
  }

  private async get(request: skiffapiv1.GetRequest, call: RequestCall): Promise<Uint8Array> {
    const target = this.targets.read(request.resource, 'get', call);
    return getResponse(await this.operations.get(target, request.resourceVersion || undefined));
  }

  private async list(request: skiffapiv1.ListRequest, call: RequestCall): Promise<Uint8Array> {
    const target = this.targets.read(request.resource, 'list', call, { list: request.options });
    return listResponse(await this.operations.list(target, fromListOptions(request.options)));
  }

  private async create(
    request: skiffapiv1.CreateRequest,
    call: RequestCall,
    warnings: Warnings,
  ): Promise<CachedObject> {
    const target = this.targets.read(request.resource, 'create', call, request.options);
    const caller = callerOf(call, warnings);
    const object = this.object(target, request.object, caller);
    return this.operations.create(target, object, caller, writeOptions(request.options, call));
  }

  private async update(
    request: skiffapiv1.UpdateRequest,
    call: RequestCall,
    warnings: Warnings,
  ): Promise<CachedObject> {
    const target = this.targets.read(request.resource, 'update', call, request.options);
    const caller = callerOf(call, warnings);
    const object = this.object(target, request.object, caller);
    return this.operations.update(target, { object }, caller, writeOptions(request.options, call));
  }

  private async patch(request: skiffapiv1.PatchRequest, call: RequestCall, warnings: Warnings): Promise<CachedObject> {
    const target = this.targets.read(request.resource, 'patch', call, request.options);
    const kind = patchKinds[request.type as keyof typeof patchKinds];
    if (!kind) throw badRequest('the type of the patch is not served');
    const body = Buffer.from(request.patch ?? []);
    const change: Change = { kind, patch: () => parsePatch(kind, body) };
    return this.operations.update(target, change, callerOf(call, warnings), writeOptions(request.options, call));
  }

  private delete({ resource, options = {} }: skiffapiv1.DeleteRequest, call: RequestCall): Promise<DeleteResult> {
    const target = this.targets.read(resource, 'delete', call, options);
    return this.operations.delete(target, options, callerOf(call), Boolean(options.dryRun?.length));
  }

  private async deleteCollection(
    { resource, options = {}, listOptions }: skiffapiv1.DeleteCollectionRequest,
    call: RequestCall,
  ): Promise<Uint8Array> {
    const target = this.targets.read(resource, 'deletecollection', call, { ...options, list: listOptions });
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
          await this.count('create', call, (own) =>
            this.operations.create(this.targets.read(reference, 'create', own), binding, callerOf(call), options),
          );
          return { metadata: {}, status: 'Success' };
        } catch (error) {
          return StatusError.from(error).toStatus();
        }
      }),
    );
    return skiffapiv1.BindPodsResponse.encode({ results }).finish();
  }

  private async watch({ resource, options }: skiffapiv1.WatchRequest, call: RequestCall): Promise<void> {
    const target = this.targets.read(resource, 'watch', call, { list: options });
    call.counted.lasts();
    const { stream, signal } = call;
    const { allowWatchBookmarks, timeoutSeconds, sendInitialEvents } = options ?? {};
    const watched = { ...fromListOptions(options), allowWatchBookmarks, timeoutSeconds, sendInitialEvents };
    await this.operations.watch(target, watched, watchSink(stream), signal);
  }

  private writes(call: GrpcCall): Promise<void> {
    const writes: Writes = {
      create: (request, bytes) => this.count('create', call, (own) => this.create(request, own, new Warnings()), bytes),
      update: (request, bytes) => this.count('update', call, (own) => this.update(request, own, new Warnings()), bytes),
      patch: (request, bytes) => this.count('patch', call, (own) => this.patch(request, own, new Warnings()), bytes),
      delete: (request) => this.count('delete', call, (own) => this.delete(request, own)),
    };
    return serveWrites(writes, call);
  }

  /** @param bytes how long the request's message is. */
  private count<T>(verb: string, call: GrpcCall, run: (call: RequestCall) => Promise<T>, bytes = 0): Promise<T> {
    return countRequest(this.counter, verb, (counted) => {
      counted.requestBytes = bytes;
      return run({ ...call, counted });
    });
  }

  private object(target: Target, wrapped: skiffobjectv1.Object | undefined, { warn }: Caller): ApiObject {
    return readObject(this.operations.bodyKind(target), wrapped, warn);
  }
}
