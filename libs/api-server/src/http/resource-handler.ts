import type { IncomingMessage, ServerResponse } from 'node:http';
import { Kinds, metav1 } from '@skiff/contracts';
import { badRequest, type Clock, invalid, StatusError } from '@skiff/platform';
import type { Kind } from '@skiff/contracts';
import type { CachedObject } from '../cache/cached-object';
import type { ApiObject } from '../pipeline/admission';
import { methodNotSupported } from '../registry/errors';
import { parsePatch, patchKind } from '../requests/changes';
import { decodeObject, mediaType, parseDocument, type FieldValidation } from '../requests/decode';
import type { ListOptions } from '../requests/lists';
import type { Caller, Change, Operations, Target, WriteOptions } from '../requests/operations';
import type { Departure } from '../server/departure';
import { contentTypes, readAccept, sendBytes, sendJson, type Accept } from './answers';
import { readBody } from './body';
import { renderList, renderObject, type RenderContext } from './render';
import { streamWatch } from './watch-stream';

export interface ResourceCall {
  readonly verb: string;
  readonly target: Target;
  readonly query: URLSearchParams;
  readonly caller: Caller;
  readonly warnings: readonly string[];
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly departure: Departure;
}

/** Serves the resources of the API over REST. */
export class ResourceHandler {
  constructor(
    private readonly operations: Operations,
    private readonly clock: Clock,
  ) {}

  async handle(call: ResourceCall): Promise<void> {
    const accept = readAccept(call.request.headers.accept);
    if (!accept) throw new StatusError(406, 'NotAcceptable', '406: Not Acceptable', {});
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
        return streamWatch(this.operations, call, context, listOptions(call.query));
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
        throw methodNotSupported(call.verb, call.target.definition.kind);
    }
  }

  private object(call: ResourceCall, context: RenderContext, code: number, cached: CachedObject): void {
    send(call, context.accept, code, renderObject(cached, context));
  }

  private async list(call: ResourceCall, context: RenderContext): Promise<void> {
    const page = await this.operations.list(call.target, listOptions(call.query));
    send(call, context.accept, 200, renderList(call.target.definition, page, context));
  }

  private async create(call: ResourceCall, context: RenderContext): Promise<void> {
    const object = await this.body(call, this.operations.bodyKind(call.target));
    const options = writeOptions(call);
    this.object(call, context, 201, await this.operations.create(call.target, object, call.caller, options));
  }

  private async update(call: ResourceCall, context: RenderContext): Promise<void> {
    const object = await this.body(call, this.operations.bodyKind(call.target));
    this.object(
      call,
      context,
      200,
      await this.operations.update(call.target, { object }, call.caller, writeOptions(call)),
    );
  }

  private async patch(call: ResourceCall, context: RenderContext): Promise<void> {
    const kind = patchKind(mediaType(call.request.headers['content-type']));
    const body = await readBody(call.request);
    if (kind === 'apply') throw new StatusError(501, 'MethodNotAllowed', 'server-side apply is not served yet');
    const change: Change = { kind, patch: () => parsePatch(kind, body) };
    const written = await this.operations.update(call.target, change, call.caller, writeOptions(call));
    this.object(call, context, 200, written);
  }

  private async delete(call: ResourceCall, context: RenderContext): Promise<void> {
    const options = await this.deleteOptions(call);
    const dryRun = readDryRun(call.query) || Boolean(options.dryRun?.length);
    if (call.verb === 'deletecollection') {
      const page = await this.operations.deleteCollection(
        call.target,
        listOptions(call.query),
        options,
        call.caller,
        dryRun,
      );
      return send(call, context.accept, 200, renderList(call.target.definition, page, context));
    }
    const result = await this.operations.delete(call.target, options, call.caller, dryRun);
    if ('object' in result) return this.object(call, context, 200, result.object);
    sendJson(call.response, 200, result.status, call.warnings);
  }

  private async body(call: ResourceCall, kind: Kind<ApiObject>): Promise<ApiObject> {
    const body = await readBody(call.request);
    const contentType = call.request.headers['content-type'] ?? '';
    return decodeObject(kind, body, {
      contentType,
      fieldValidation: fieldValidation(call.query),
      warn: call.caller.warn,
    });
  }

  /** From the body, or from the query as old clients send them. */
  private async deleteOptions({ request, query, caller }: ResourceCall): Promise<metav1.DeleteOptions> {
    const body = await readBody(request);
    const fromQuery: metav1.DeleteOptions = {};
    const grace = query.get('gracePeriodSeconds');
    if (grace !== null) fromQuery.gracePeriodSeconds = Number(grace);
    const policy = query.get('propagationPolicy');
    if (policy !== null) fromQuery.propagationPolicy = policy;
    const orphan = query.get('orphanDependents');
    if (orphan !== null) fromQuery.orphanDependents = orphan === 'true';
    if (body.length === 0) return fromQuery;
    const kind = {
      ...Kinds.Pod,
      group: '',
      version: 'v1',
      kind: 'DeleteOptions',
      message: 'k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions',
      codec: metav1.DeleteOptions,
    } as unknown as Kind<ApiObject>;
    const parsed =
      mediaType(request.headers['content-type']) === 'application/vnd.kubernetes.protobuf'
        ? undefined
        : (parseDocument(body, mediaType(request.headers['content-type']) || 'application/json') as {
            apiVersion?: string;
          });
    // DeleteOptions are the same in every group's version.
    if (parsed) delete parsed.apiVersion;
    const bytes = parsed ? Buffer.from(JSON.stringify(parsed)) : body;
    const contentType = parsed ? 'application/json' : (request.headers['content-type'] ?? '');
    return {
      ...fromQuery,
      ...(decodeObject(kind, bytes, {
        contentType,
        fieldValidation: 'Ignore',
        warn: caller.warn,
      }) as metav1.DeleteOptions),
    };
  }
}

function send(call: ResourceCall, accept: Accept, code: number, body: Buffer | string): void {
  const form = accept.as === 'Table' ? 'json' : accept.form;
  const suffix = accept.as ? `;as=${accept.as};g=meta.k8s.io;v=v1` : '';
  sendBytes(
    call.response,
    code,
    `${contentTypes[form]}${form === 'json' && accept.as ? '' : suffix && form === 'protobuf' ? suffix : ''}`,
    body,
    call.warnings,
  );
}

export function listOptions(query: URLSearchParams): ListOptions & {
  allowWatchBookmarks: boolean;
  timeoutSeconds: number | undefined;
  sendInitialEvents: boolean | undefined;
} {
  const initial = query.get('sendInitialEvents');
  const timeout = query.get('timeoutSeconds');
  return {
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    limit: Number(query.get('limit') ?? 0) || undefined,
    continue: query.get('continue') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
    allowWatchBookmarks: query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1',
    timeoutSeconds: timeout === null ? undefined : Number(timeout),
    sendInitialEvents: initial === null ? undefined : initial === 'true',
  };
}

function readDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun').filter((value) => value !== '');
  const wrong = values.find((value) => value !== 'All');
  if (wrong !== undefined)
    throw invalid({ group: 'meta.k8s.io', kind: 'CreateOptions' }, '', [
      {
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: []string{${values.map((value) => JSON.stringify(value)).join(', ')}}: supported values: "All"`,
        field: 'dryRun',
      },
    ]);
  return values.length > 0;
}

function fieldValidation(query: URLSearchParams): FieldValidation {
  const value = query.get('fieldValidation') || 'Warn';
  if (value !== 'Ignore' && value !== 'Warn' && value !== 'Strict')
    throw badRequest(
      `fieldValidation: Unsupported value: ${JSON.stringify(value)}: supported values: "Ignore", "Strict", "Warn"`,
    );
  return value;
}

function writeOptions({ query, request }: ResourceCall): WriteOptions {
  const agent = request.headers['user-agent'] ?? '';
  return {
    dryRun: readDryRun(query),
    fieldValidation: fieldValidation(query),
    fieldManager: query.get('fieldManager') || agent.split('/')[0] || 'unknown',
  };
}
