import { Metadata, type ServiceError } from '@grpc/grpc-js';
import { Kinds, skiffapiv1, type metav1, type skiffobjectv1 } from '@skiff/contracts';
import { fromServiceError } from '@skiff/platform';
import type { Result, Step, Transport } from './step';

type Client = skiffapiv1.ResourceServiceClient;
type Ask<Request, Response> = (
  request: Request,
  metadata: Metadata,
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

/** Sends steps over gRPC. */
export const overGrpc =
  (admin: Client, unknown: Client): Transport =>
  async (step) => {
    const client = step.as === 'unknown' ? unknown : admin;
    const metadata = new Metadata();
    if (step.as === 'nobody') metadata.set('impersonate-user', 'nobody');
    try {
      return await send(client, metadata, step);
    } catch (error) {
      return fromServiceError(error as ServiceError).toStatus();
    }
  };

async function send(client: Client, metadata: Metadata, step: Step): Promise<Result> {
  const { verb, name = '', list = {}, dryRun, fieldManager = 'tester', patch = '' } = step;
  const resource = referenceOf(step, name);
  const ask = <Request, Response>(method: Ask<Request, Response>, request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      method.call(client, request, metadata, (error, response) => (error ? reject(error) : resolve(response)));
    });
  const options = { fieldManager, ...(dryRun === undefined ? {} : { dryRun: [dryRun] }) };
  switch (verb) {
    case 'get':
      return objectIn((await ask<skiffapiv1.GetRequest, skiffapiv1.GetResponse>(client.get, { resource })).object);
    case 'list': {
      const found = await ask<skiffapiv1.ListRequest, skiffapiv1.ListResponse>(client.list, {
        resource,
        options: list,
      });
      const items = (found.items ?? []).map((item) => withoutKind(objectIn(item)));
      return { kind: 'ConfigMapList', apiVersion: 'v1', metadata: found.metadata, items };
    }
    case 'create':
    case 'update': {
      const request = { resource, object: wrapped(step), options };
      const method = client[verb] as Ask<typeof request, skiffapiv1.CreateResponse>;
      return objectIn((await ask(method, request)).object);
    }
    case 'patch': {
      const type = skiffapiv1.PatchType.PATCH_TYPE_MERGE;
      const request: skiffapiv1.PatchRequest = { resource, type, patch: Buffer.from(patch), options };
      return objectIn((await ask<skiffapiv1.PatchRequest, skiffapiv1.PatchResponse>(client.patch, request)).object);
    }
    case 'delete': {
      const request: skiffapiv1.DeleteRequest = { resource, ...(dryRun ? { options: { dryRun: [dryRun] } } : {}) };
      const { object, status } = await ask<skiffapiv1.DeleteRequest, skiffapiv1.DeleteResponse>(client.delete, request);
      return status ?? objectIn(object);
    }
    case 'watch':
      return watch(client, { resource, options: list }, metadata);
  }
}

async function watch(client: Client, request: skiffapiv1.WatchRequest, metadata: Metadata): Promise<Result> {
  const names = ['', 'ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'];
  const events: Result[] = [];
  for await (const { type, object } of client.watch(request, metadata) as AsyncIterable<skiffapiv1.WatchResponse>)
    events.push({ type: names[type ?? 0], object: objectIn(object) });
  return events;
}

const referenceOf = ({ resource = 'configmaps', subresource = '' }: Step, name: string): skiffapiv1.ResourceRef => ({
  version: 'v1',
  resource,
  namespace: 'default',
  name,
  subresource,
});

function wrapped({ object }: Step): skiffobjectv1.Object {
  const kind = Object.values(Kinds).find((one) => one.kind === object?.['kind']);
  return { [kind?.wire?.name ?? '']: object } as skiffobjectv1.Object;
}

const objectIn = (wrapping: skiffobjectv1.Object | undefined): { metadata?: metav1.ObjectMeta } =>
  Object.values(wrapping ?? {}).find((value) => value !== undefined) as { metadata?: metav1.ObjectMeta };

/** Items of a list do not repeat their kind. */
function withoutKind(object: object): object {
  const { kind: _, apiVersion: __, ...rest } = object as { kind?: string; apiVersion?: string };
  return rest;
}
