import { methodNotAllowed, unknownResource, type Json } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';
import type { CachedObject } from '../cache/cached-object';
import { requirePatchable } from './changes';
import { isLarge, pause } from '../registry/writes/write';
import type { Scheme } from '../decoding/scheme';
import type { ChangeBody, WriteOptions } from '../request/input';
import type { Outcome } from '../request/outcome';
import type { Request } from '../request/request';
import type { YamlService } from '../yaml/yaml';
import type { RequestAudit } from '../request/request-audit';
import { readConfiguration } from './configuration';
import type { Caller, Operations, OperationTarget } from './operations';
import { readAlsoOf, tableOf } from './subresource';

interface Served {
  readonly operations: Operations;
  readonly scheme: Scheme;
  readonly yaml: YamlService;
}

type Verb = (served: Served, request: Request, target: OperationTarget) => Promise<Outcome>;

const callerOf = ({ user, warnings, departure, audit }: Request): Caller =>
  audit ? { user, warn: warnings.add, departure, annotate: audit.annotate } : { user, warn: warnings.add, departure };

const shown = (code: 200 | 201, object: CachedObject): Outcome => ({ type: 'object', code, object });

const get: Verb = async ({ operations }, { input }, target) =>
  shown(200, await operations.get(target, input.resourceVersion()));

const list: Verb = async ({ operations }, { input }, target) => ({
  type: 'list',
  definition: target.definition,
  page: await operations.list(target, input.listOptions()),
});

/** Nothing but a GET watches, and only objects themselves can be watched. */
const watch: Verb = async ({ operations }, request, target) => {
  const { input, method } = request;
  if (target.subresource !== '') throw unknownResource();
  if (method !== 'GET') throw methodNotAllowed();
  const run = await operations.watch(target, input.listOptions());
  return {
    type: 'watch',
    definition: target.definition,
    run: (sink, signal) => run(sink, signal, request.initialized),
  };
};

async function readObject(
  { operations, scheme }: Served,
  request: Request,
  target: OperationTarget,
  { fieldValidation }: WriteOptions,
): ReturnType<Request['input']['object']> {
  const { input, warnings } = request;
  const body = await input.object(operations.bodyKind(target), {
    fieldValidation,
    scheme,
    warn: warnings.add,
    readAlso: readAlsoOf(target),
  });
  request.audit?.requestObject(operations.bodyKind(target), body.object);
  if (isLarge(body.bytes)) await pause();
  return body;
}

const create: Verb = async (served, request, target) => {
  const options = request.input.writeOptions('CreateOptions');
  const { object, bytes } = await readObject(served, request, target, options);
  const created = await served.operations.create(target, object, callerOf(request), { bodyBytes: bytes, ...options });
  if (isLarge(bytes)) await pause();
  return shown(201, created);
};

const update: Verb = async (served, request, target) => {
  const options = request.input.writeOptions('UpdateOptions');
  const { object, bytes } = await readObject(served, request, target, options);
  const updated = await served.operations.update(target, { object }, callerOf(request), {
    bodyBytes: bytes,
    ...options,
  });
  if (isLarge(bytes)) await pause();
  return shown(200, updated);
};

const patch: Verb = async ({ operations, yaml }, request, target) => {
  const kind = operations.bodyKind(target);
  const { bytes, ...change } = await request.input.patch(kind);
  requirePatchable(kind, change.kind);
  const options = { bodyBytes: bytes, ...request.input.writeOptions('PatchOptions', change.kind === 'apply') };
  if (change.kind === 'apply') {
    const configuration = await readConfiguration(change.body, yaml);
    request.audit?.requestJson(configuration.config);
    if (isLarge(bytes)) await pause();
    const { object, created } = await operations.apply(target, configuration, callerOf(request), options);
    return shown(created ? 201 : 200, object);
  }
  const told = request.audit ? audited(change, request.audit) : change;
  const patched = await operations.update(target, told, callerOf(request), options);
  if (isLarge(patched.protobuf.length)) await pause();
  return shown(200, patched);
};

/** The same patch, of which is told once it is read. */
function audited(sent: Omit<ChangeBody, 'bytes'>, audit: RequestAudit): Omit<ChangeBody, 'bytes'> {
  const patch = (): Json => {
    const json = sent.patch();
    audit.requestJson(json);
    return json;
  };
  return { ...sent, patch };
}

function tellOptions({ audit }: Request, options: metav1.DeleteOptions): void {
  if (audit && Object.keys(options).length > 0)
    audit.requestJson(Object.assign({ kind: 'DeleteOptions', apiVersion: 'v1' }, options));
}

const deleteOne: Verb = async ({ operations, scheme }, request, target) => {
  const caller = callerOf(request);
  const options = await request.input.deleteOptions({ scheme, warn: caller.warn });
  tellOptions(request, options);
  const result = await operations.delete(target, options, caller, Boolean(options.dryRun?.length));
  return 'object' in result ? shown(200, result.object) : { type: 'status', status: result.status };
};

const deleteCollection: Verb = async ({ operations, scheme }, request, target) => {
  const caller = callerOf(request);
  const options = await request.input.deleteOptions({ scheme, warn: caller.warn });
  tellOptions(request, options);
  const selected = request.input.listOptions();
  const dryRun = Boolean(options.dryRun?.length);
  const page = await operations.deleteCollection(target, selected, options, caller, dryRun);
  return { type: 'list', definition: target.definition, page };
};

const verbs: ReadonlyMap<string, Verb> = new Map(
  Object.entries({ get, list, watch, create, update, patch, delete: deleteOne, deletecollection: deleteCollection }),
);

/** Does what requests ask of resources. */
export class ResourceHandler {
  private readonly served: Served;

  constructor(operations: Operations, scheme: Scheme, yaml: YamlService) {
    this.served = { operations, scheme, yaml };
  }

  handle(request: Request, target: OperationTarget): Promise<Outcome> {
    const { operations } = this.served;
    const { deprecation } = target.definition;
    if (deprecation !== undefined) {
      request.warnings.add(deprecation);
      request.audit?.annotate('k8s.io/deprecated', 'true');
    }
    request.reply.prepare(() => (operations.action(target) ? undefined : tableOf(target)));
    const verb = verbs.get(request.info.verb);
    if (!verb) throw methodNotAllowed();
    return verb(this.served, request, target);
  }
}
