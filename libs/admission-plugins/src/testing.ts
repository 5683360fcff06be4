import { cloneJson } from '@skiff/apimachinery';
import type { Kind } from '@skiff/contracts';
import {
  AdmissionAttributes,
  AdmissionChain,
  admissionTarget,
  phasesOf,
  type AdmissionInput,
  type AdmissionPlugin,
  type AdmissionReader,
} from '@skiff/api-server/admission';

type ApiObject = NonNullable<AdmissionAttributes['object']>;

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

/** What a test says of a request beyond its object. */
export type RequestOptions = Partial<Omit<AdmissionInput<undefined>, 'object' | 'oldObject'>> & {
  readonly group?: string;
  readonly oldObject?: object | undefined;
};

/** A request of a user to create an object of a resource such as `pods` or `pods/status`, unless told otherwise. */
export function requestFor<T extends object | undefined>(
  resource: string,
  object: T,
  { group = '', ...more }: RequestOptions = {},
): AdmissionAttributes<T & ApiObject> {
  const [plural = '', subresource = ''] = resource.split('/');
  return new AdmissionAttributes<T & ApiObject>(
    admissionTarget({ group, version: 'v1', kind: '', plural }, subresource),
    {
      userInfo: { name: 'jane', uid: '', groups: [], extra: {} },
      operation: 'CREATE',
      namespace: 'default',
      name: '',
      dryRun: false,
      object: object as T & ApiObject,
      options: () => undefined,
      uid: () => '00000000-0000-4000-8000-000000000000',
      warn: () => undefined,
      ...more,
    },
  );
}

/**
 * Puts a request through a plugin, as the server does; gives its object as it is then. What the test holds of the
 * object stays as it was, and what is stored may not change.
 */
export async function admit<T extends ApiObject | undefined>(
  plugin: AdmissionPlugin,
  request: AdmissionAttributes<T>,
): Promise<T> {
  const chain = new AdmissionChain(phasesOf([plugin]));
  if (request.object) request.object = cloneJson(request.object);
  freeze(request.oldObject);
  const object = await chain.mutate(request);
  await chain.validate(request);
  return object;
}

/** Makes changing it, or anything in it, throw. */
function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}
