import { manageUpdate, schemaOf, type ApiObject } from '@skiff/apimachinery';
import { apiVersionOf, type Kind } from '@skiff/contracts';
import { formatTime, traceparentAnnotation, type Clock } from '@skiff/platform';
import { CachedObject } from '../cache/cached-object';
import type { ActionHandler } from '../request/handlers';
import type { Caller, OperationOptions, OperationTarget } from './operations';
import { setDefaults } from './subresource';

interface Action {
  readonly kind: Kind<ApiObject>;
  readonly handle: ActionHandler;
  readonly clock: Clock;
}

/** Does what the creation of an object asks for that is not stored. */
export async function act(
  { kind, handle, clock }: Action,
  target: OperationTarget,
  object: ApiObject,
  { user, warn, departure }: Caller,
  { dryRun, fieldManager }: OperationOptions,
): Promise<CachedObject> {
  const { namespace, subresource } = target;
  forgetTrace(object);
  setDefaults(target, object);
  setManager(kind, object, { name: fieldManager, subresource, time: formatTime(clock.now()) });
  const name = target.name || (object.metadata?.name ?? '');
  const answer = await handle({ user, namespace, name, object, dryRun, warn, departure });
  return new CachedObject(kind, '', answer, 0n, undefined);
}

/** What an action is asked is never stored, but says who asked as anything else that is created. */
function setManager(
  kind: Kind<ApiObject>,
  object: ApiObject,
  manager: { readonly name: string; readonly subresource: string; readonly time: string },
): void {
  const empty = kind.codec.decode(new Uint8Array(0));
  const apiVersion = apiVersionOf(kind);
  const managedFields = manageUpdate(schemaOf(kind), empty, object, { ...manager, apiVersion });
  if (managedFields) object.metadata = { ...object.metadata, managedFields };
}

/** What an action is asked does not last: the trace that it names is the request's own, and nothing of it is kept. */
function forgetTrace({ metadata }: ApiObject): void {
  if (metadata?.annotations?.[traceparentAnnotation] === undefined) return;
  const { [traceparentAnnotation]: _, ...annotations } = metadata.annotations;
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
}
