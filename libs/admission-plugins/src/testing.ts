import type { Kind } from '@skiff/contracts';
import {
  AdmissionChain,
  type AdmissionPlugin,
  type AdmissionReader,
  type AdmissionRequest,
  type UserInfo,
} from '@skiff/api-server/admission';

interface Stored {
  readonly metadata?: { readonly name?: string | undefined; readonly namespace?: string | undefined };
}

/** A reader of these objects, each with its kind. */
export function readerOf(...stored: unknown[][]): AdmissionReader {
  const objects = stored as [Kind<never>, Stored][];
  const find = (kind: unknown, namespace: string, name: string): Stored | undefined =>
    objects.find(
      ([of, { metadata }]) => of === kind && metadata?.name === name && (metadata.namespace ?? '') === namespace,
    )?.[1];
  return {
    get: async (kind, namespace, name) => find(kind, namespace, name) as never,
    getNewest: async (kind, namespace, name) => find(kind, namespace, name) as never,
    list: async (kind, namespace) =>
      objects
        .filter(([of, { metadata }]) => (of as unknown) === kind && (!namespace || metadata?.namespace === namespace))
        .map(([, object]) => object) as never,
  };
}

const jane: UserInfo = { name: 'jane', uid: '', groups: [], extra: {} };

/** A request of a user to create an object of a resource such as `pods` or `pods/status`, unless told otherwise. */
export function requestFor(
  resource: string,
  object: object | undefined,
  more: Partial<AdmissionRequest> = {},
): AdmissionRequest {
  const [plural = '', subresource = ''] = resource.split('/');
  return {
    user: jane,
    operation: 'CREATE',
    group: '',
    resource: plural,
    subresource,
    namespace: 'default',
    name: '',
    dryRun: false,
    ...(object ? { object } : {}),
    warn: () => undefined,
    ...more,
  };
}

/** Puts a request through a plugin, as the server does. */
export async function admit(plugin: AdmissionPlugin, request: AdmissionRequest): Promise<void> {
  const chain = new AdmissionChain([plugin]);
  if (request.operation !== 'DELETE') await chain.mutate(request);
  await chain.validate(request);
}
