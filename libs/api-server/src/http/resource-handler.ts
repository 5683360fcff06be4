import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { methodNotAllowed, StatusError, unknownResource, type ApiObject } from '@skiff/apimachinery';
import type { Clock } from '@skiff/platform';
import type { CachedObject } from '../cache/cached-object';
import { parsePatch, patchKind } from '../operations/changes';
import { decodeObject, mediaType } from '../decoding/decode';
import type { Caller, Change, Operations, Target, WriteOptions } from '../operations/operations';
import { isLarge, pause } from '../registry/writes/write';
import type { YamlService } from '../yaml/yaml';
import type { Warnings } from '../request/warnings';
import type { Departure } from '../request/departure';
import { acceptsSomeForm, contentTypes, readAccept, type Accept, type Transform } from '../transports/rest/accept';
import { sendBytes, sendStatus } from '../transports/rest/answers';
import { readBody } from '../transports/rest/body';
import { readDocument } from '../transports/rest/document';
import { notAcceptable, renderList, renderObject, type RenderContext } from '../transports/rest/render';
import { deleteOptions, listOptions, writeOptions } from '../transports/rest/request-options';
import { streamWatch } from '../transports/rest/watch-stream';

export interface ResourceCall {
  readonly verb: string;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly warnings: Warnings;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly departure: Departure;
  /** For a watch that is asked for over a WebSocket: the connection, on which `response` must not be written then. */
  readonly upgrade?: { readonly socket: Duplex; readonly head: Buffer };
}

interface Body {
  readonly object: ApiObject;
  readonly bodyBytes: number;
}

/** Serves the resources of the API over REST. */
export class ResourceHandler {
  constructor(
    private readonly operations: Operations,
    private readonly clock: Clock,
    private readonly yaml: YamlService,
  ) {}

  async handle(call: ResourceCall): Promise<void> {
    const accept = this.accept(call);
    const context: RenderContext = { accept, includeObject: call.query.get('includeObject') ?? '', clock: this.clock };
    switch (call.verb) {
      case 'get':
        return this.object(
          call,
          context,
          200,
          await this.operations.get(call.target, call.query.get('resourceVersion') ?? undefined),
        );
      case 'list':
        return this.list(call, context);
      case 'watch':
        return this.watch(call, context);
      case 'create':
        return this.create(call, context);
      case 'update':
        return this.update(call, context);
      case 'patch':
        return this.patch(call, context);
      case 'delete':
      case 'deletecollection':
        return this.delete(call, context);
      default:
        throw methodNotAllowed();
    }
  }

  /** Throws NotAcceptable, before anything is done, for who accepts nothing of what there is. */
  private accept({ request, target }: ResourceCall): Accept {
    const header = request.headers.accept;
    // What is no list and no stored object has no table.
    const hasTable = !this.operations.action(target.definition, target.subresource);
    const accept = readAccept(header, hasTable ? allTransforms : withoutTable);
    if (accept) return accept;
    const isForm = header !== undefined && acceptsSomeForm(header);
    if (!isForm) throw new StatusError(406, 'NotAcceptable', '406: Not Acceptable', {});
    throw notAcceptable(`only the following media types are accepted: ${Object.values(contentTypes).join(', ')}`);
  }

  private object(call: ResourceCall, context: RenderContext, code: number, cached: CachedObject): void | Promise<void> {
    return this.send(call, context.accept, code, renderObject(cached, context));
  }

  private async list(call: ResourceCall, context: RenderContext): Promise<void> {
    const page = await this.operations.list(call.target, listOptions(call.query));
    await this.send(call, context.accept, 200, renderList(call.target.definition, page, context));
  }

  /** Nothing but a GET watches, and only objects themselves can be watched. */
  private async watch(call: ResourceCall, context: RenderContext): Promise<void> {
    if (call.target.subresource !== '') throw unknownResource();
    if (call.request.method !== 'GET') throw methodNotAllowed();
    await streamWatch(this.operations, call, context, listOptions(call.query));
  }

  private async create(call: ResourceCall, context: RenderContext): Promise<void> {
    const options = writeOptions(call, 'CreateOptions');
    const { object, bodyBytes } = await this.body(call, options);
    const created = await this.operations.create(call.target, object, call.caller, { ...options, bodyBytes });
    if (isLarge(bodyBytes)) await pause();
    await this.object(call, context, 201, created);
  }

  private async update(call: ResourceCall, context: RenderContext): Promise<void> {
    const options = writeOptions(call, 'UpdateOptions');
    const { object, bodyBytes } = await this.body(call, options);
    const updated = await this.operations.update(call.target, { object }, call.caller, { ...options, bodyBytes });
    if (isLarge(bodyBytes)) await pause();
    await this.object(call, context, 200, updated);
  }

  private async patch(call: ResourceCall, context: RenderContext): Promise<void> {
    const kind = patchKind(mediaType(call.request.headers['content-type']));
    const body = await readBody(call.request);
    if (kind === 'apply') throw new StatusError(501, 'MethodNotAllowed', 'server-side apply is not served yet');
    const options = writeOptions(call, 'PatchOptions');
    const change: Change = { kind, patch: () => parsePatch(kind, body) };
    const patched = await this.operations.update(call.target, change, call.caller, {
      ...options,
      bodyBytes: body.length,
    });
    if (isLarge(patched.protobuf.length)) await pause();
    await this.object(call, context, 200, patched);
  }

  private async delete(call: ResourceCall, context: RenderContext): Promise<void> {
    const options = await deleteOptions(call, this.yaml);
    const dryRun = Boolean(options.dryRun?.length);
    if (call.verb === 'deletecollection') {
      const page = await this.operations.deleteCollection(
        call.target,
        listOptions(call.query),
        options,
        call.caller,
        dryRun,
      );
      return this.send(call, context.accept, 200, renderList(call.target.definition, page, context));
    }
    const result = await this.operations.delete(call.target, options, call.caller, dryRun);
    if ('object' in result) return this.object(call, context, 200, result.object);
    sendStatus(call.response, 200, result.status, call.warnings.texts);
  }

  private async body(call: ResourceCall, { fieldValidation }: WriteOptions): Promise<Body> {
    const kind = this.operations.bodyKind(call.target);
    const { bytes, ...document } = await readDocument(call.request, kind.kind, this.yaml);
    const object = decodeObject(kind, bytes, { ...document, fieldValidation, warn: call.caller.warn });
    if (isLarge(bytes.length)) await pause();
    return { object, bodyBytes: bytes.length };
  }

  /** Sends what is rendered; YAML, which takes its time, was rendered as JSON. */
  private send(
    { response, warnings }: ResourceCall,
    { form, as, version }: Accept,
    code: number,
    rendered: Buffer | string,
  ): void | Promise<void> {
    const suffix = as && form === 'protobuf' ? `;as=${as};g=meta.k8s.io;v=${version}` : '';
    const end = (body: Buffer | string): void =>
      sendBytes(response, code, `${contentTypes[form]}${suffix}`, body, warnings.texts);
    return form === 'yaml' ? this.yaml.print(textOf(rendered)).then((text) => end(Buffer.from(text))) : end(rendered);
  }
}

const withoutTable: ReadonlySet<Transform> = new Set(['PartialObjectMetadata', 'PartialObjectMetadataList']);
const allTransforms: ReadonlySet<Transform> = new Set([...withoutTable, 'Table']);

/** Rendered text is ASCII alone where it is no bytes. */
const textOf = (rendered: Buffer | string): string =>
  typeof rendered === 'string' ? rendered : rendered.toString('utf8');
