import { hasReason, methodNotAllowed, type ApiObject } from '@skiff/apimachinery';
import { formatTime, type Clock } from '@skiff/platform';
import { forbiddenResource, type Authorizer } from '../auth/authorization/attributes';
import type { CachedObject } from '../cache/cached-object';
import { conflict } from '../registry/errors';
import type { ServedVersion } from '../registry/served-version';
import type { WriteContext } from '../registry/writes/write';
import { applyToObject, type Applying } from './apply-object';
import type { AppliedObject, OperationTarget } from './operations';
import { requireObject } from './requirements';
import { viewed, viewOf } from './subresource';

interface Parts {
  readonly clock: Clock;
  /** Who may apply may change what is there; to make what is not takes the right to create. */
  readonly authorizer: Authorizer;
}

/** Server-side apply: changes what is there, or creates what is not. */
export class ApplyOperation {
  constructor(private readonly parts: Parts) {}

  async run(
    asked: Omit<Applying, 'time' | 'versions'>,
    store: ServedVersion,
    write: WriteContext,
  ): Promise<AppliedObject> {
    const { target } = asked;
    const { namespace, name, subresource } = target;
    if (!name) throw methodNotAllowed();
    requireObject(target, 'patch');
    const apply = (live: ApiObject): Promise<ApiObject> => {
      const time = formatTime(this.parts.clock.now());
      return applyToObject({ ...asked, versions: store.versions, time }, live, store.empty);
    };
    const managed: WriteContext = { ...write, managed: true };
    let created = false;
    const absent = async (): Promise<CachedObject | undefined> => {
      const object = await this.create(target, store, await apply(store.empty), managed);
      created = object !== undefined;
      return object;
    };
    const view = viewOf(target);
    const request = { namespace, name, subresource, keepsCurrent: true, view, change: apply };
    const object = await store.update(subresource === '' ? { ...request, absent } : request, managed);
    return { object: viewed(target, object), created };
  }

  /** Undefined when somebody else was faster. */
  private async create(
    { definition, namespace, name }: OperationTarget,
    store: ServedVersion,
    object: ApiObject,
    write: WriteContext,
  ): Promise<CachedObject | undefined> {
    const { uid } = object.metadata ?? {};
    if (uid)
      throw conflict(
        definition.kind,
        name,
        `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
      );
    this.requireCreate({ definition, namespace, name }, write);
    try {
      return await store.create(object, namespace, write);
    } catch (error) {
      if (hasReason(error, 'AlreadyExists')) return undefined;
      throw error;
    }
  }

  private requireCreate(
    { definition, namespace, name }: Pick<OperationTarget, 'definition' | 'namespace' | 'name'>,
    { user }: WriteContext,
  ): void {
    const { group, version, plural } = definition.kind;
    const { allowed, reason } = this.parts.authorizer.authorize({
      ...{ user, verb: 'create', resourceRequest: true, apiGroup: group, apiVersion: version },
      ...{ resource: plural, subresource: '', namespace, name },
    });
    if (!allowed) throw forbiddenResource({ group, resource: plural }, name, reason);
  }
}
