import { Kinds, type Kind, type metav1, apiVersionOf } from '@skiff/contracts';
import {
  badRequest,
  cloneJson,
  manageUpdate,
  messageSchema,
  methodNotAllowed,
  StatusError,
  unknownResource,
  type ApiObject,
  type Json,
  type Resource,
} from '@skiff/apimachinery';
import { type Clock, type CounterSeries, formatTime, traceparentAnnotation } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { WriteOptions } from '../request/input';
import type { UserInfo } from '../auth/user';
import { CachedObject } from '../cache/cached-object';
import type { ActionHandler } from '../subresources/handlers';
import type { Registry } from '../registry/registry';
import type { ServedVersion } from '../registry/served-version';
import { parseVersion } from '../registry/resource-version';
import type { WriteContext } from '../registry/writes/write';
import { Backlogs } from './backlogs';
import { patchObject, type PatchKind } from './changes';
import type { ListOptions } from './list-options';
import { listObjects, reach, type ListPage } from './lists';
import { getViewed, listViewed, type ResourceView } from './resource-view';
import { setDefaults, viewed, viewOf, requireSameVersion } from './subresource';
import type { WatchOptions } from './object-watch';
import { prepareWatch, type WatchRun } from './watches';

/** What a request names. */
export interface Target {
  readonly definition: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

export interface OperationOptions extends WriteOptions {
  /** Of the body, where there is one. */
  readonly bodyBytes?: number;
}

export interface Caller {
  readonly user: UserInfo;
  warn(text: string): void;
}

/** How the new state of an object is given; a patch is only read once there is something to patch. */
export type Change = { readonly object: ApiObject } | { readonly patch: () => Json; readonly kind: PatchKind };

/** What a deletion answers: the object while it waits, else a Status. */
export type DeleteResult = { readonly object: CachedObject } | { readonly status: metav1.Status };

export interface OperationsOptions {
  readonly registry: Registry;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  /** Subresources that are actions, by "group/resource/subresource"; of resources that are actions themselves, by "group/resource". */
  readonly actions: ReadonlyMap<string, ActionHandler>;
  /** Resources that are not stored, by "group/resource". */
  readonly views: ReadonlyMap<string, ResourceView>;
  /** Counts the events that watchers of a kind are sent. */
  readonly watchEvents?: (kind: Kind) => CounterSeries;
}

/** Everything that can be asked of a resource. */
export interface Operations {
  /** The kind that a request's body, and its answer, are of. */
  bodyKind(target: Target): Kind<ApiObject>;
  /** Who serves a resource, or a subresource, that is an action. */
  action(target: Target): ActionHandler | undefined;
  get(target: Target, resourceVersion: string | undefined): Promise<CachedObject>;
  list(target: Target, options: ListOptions): Promise<ListPage>;
  /** Makes a watch ready. Throws for options that cannot be read. */
  watch(target: Target, options: WatchOptions): Promise<WatchRun>;
  create(target: Target, object: ApiObject, caller: Caller, options: OperationOptions): Promise<CachedObject>;
  update(target: Target, change: Change, caller: Caller, options: OperationOptions): Promise<CachedObject>;
  delete(target: Target, options: metav1.DeleteOptions, caller: Caller, dryRun: boolean): Promise<DeleteResult>;
  /** Deletes all that a list would show; the answer is that list. */
  deleteCollection(
    target: Target,
    list: ListOptions,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<ListPage>;
}

/** Asked of the registry. */
export class ResourceOperations implements Operations {
  private readonly backlogs = new Backlogs();

  constructor(private readonly options: OperationsOptions) {}

  bodyKind(target: Target): Kind<ApiObject> {
    const view = viewOf(target);
    if (view) return view.kind;
    return this.action(target)?.kind ?? target.definition.kind;
  }

  action({ definition, subresource }: Target): ActionHandler | undefined {
    const { group, plural } = definition.kind;
    return this.options.actions.get(`${group}/${plural}${subresource ? `/${subresource}` : ''}`);
  }

  async get(target: Target, resourceVersion: string | undefined): Promise<CachedObject> {
    this.requireObject(target, 'get');
    const view = this.view(target);
    if (view) return getViewed(target.definition, view, target.name);
    const store = this.storeOf(target);
    if (resourceVersion && resourceVersion !== '0') await reach(store, parseVersion(resourceVersion));
    const cached = await store.get(target.namespace, target.name, Boolean(resourceVersion));
    return viewed(target, cached);
  }

  list(target: Target, options: ListOptions): Promise<ListPage> {
    this.requireVerb(target, 'list');
    const view = this.view(target);
    if (view) return listViewed(target.definition, view, options);
    return listObjects(this.storeOf(target), this.options.store, target.namespace, options);
  }

  async watch(target: Target, options: WatchOptions): Promise<WatchRun> {
    this.requireVerb(target, 'watch');
    const { clock, random, watchEvents } = this.options;
    const sent = watchEvents?.(target.definition.kind);
    const parts = { backlogs: this.backlogs, clock, random, sent };
    return prepareWatch({ resource: this.storeOf(target), target, options, parts });
  }

  async create(target: Target, object: ApiObject, caller: Caller, options: OperationOptions): Promise<CachedObject> {
    const { namespace, name, subresource } = target;
    const action = this.action(target);
    if (action) {
      this.requireNamespace(target, object);
      forgetTrace(object);
      setDefaults(target, object);
      this.manageAction(action.kind, object, subresource, options);
      const answer = await action.handle({
        user: caller.user,
        namespace,
        name: name || (object.metadata?.name ?? ''),
        object,
        dryRun: options.dryRun,
        warn: caller.warn,
      });
      const kind = kindOf(answer) ?? action.kind;
      return new CachedObject(kind, '', answer, 0n, undefined);
    }
    if (name) {
      this.requireObject(target, 'create');
      throw methodNotAllowed();
    }
    this.requireVerb(target, 'create');
    this.requireNamespace(target, object);
    return this.storeOf(target).create(object, namespace, this.write(caller, options));
  }

  async update(target: Target, change: Change, caller: Caller, options: OperationOptions): Promise<CachedObject> {
    const { definition, namespace, name, subresource } = target;
    if (!name) throw methodNotAllowed();
    this.requireObject(target, 'object' in change ? 'update' : 'patch');
    if ('object' in change) this.requireName(target, change.object);
    const write = this.write(caller, options);
    const store = this.storeOf(target);
    const validation = { fieldValidation: options.fieldValidation, warn: caller.warn };
    const patched = (before: ApiObject, kind: Kind<ApiObject>): ApiObject => {
      if ('object' in change) return cloneJson(change.object);
      const after = patchObject(kind, before, change, validation);
      this.requireName(target, after);
      return after;
    };
    const view = viewOf(target);
    const apply = (current: ApiObject): ApiObject => {
      if (!view) return patched(current, definition.kind);
      const sent = patched(view.read(current), view.kind);
      requireSameVersion(definition, current, sent);
      return view.write(current, sent);
    };
    const identified = 'object' in change;
    const request = { namespace, name, subresource, identified, keepsCurrent: !view, view, change: apply };
    return viewed(target, await store.update(request, write));
  }

  async delete(target: Target, options: metav1.DeleteOptions, caller: Caller, dryRun: boolean): Promise<DeleteResult> {
    this.requireVerb(target, 'delete');
    this.requireObject(target, 'delete');
    const { definition, namespace, name } = target;
    const { object, gone } = await this.storeOf(target).delete(
      namespace,
      name,
      options,
      this.write(caller, { dryRun, fieldValidation: 'Ignore', fieldManager: '' }),
    );
    if (!gone || definition.answersDeleted) return { object };
    const { group, plural } = definition.kind;
    return {
      status: {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: {
          name,
          ...(group ? { group } : {}),
          kind: plural,
          ...(object.object.metadata?.uid ? { uid: object.object.metadata.uid } : {}),
        },
      },
    };
  }

  async deleteCollection(
    target: Target,
    list: ListOptions,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<ListPage> {
    this.requireVerb(target, 'deletecollection');
    const page = await this.list(target, list);
    const write = this.write(caller, { dryRun, fieldValidation: 'Ignore', fieldManager: '' });
    const store = this.storeOf(target);
    await Promise.all(
      page.items.map(async ({ object }) => {
        try {
          await store.delete(object.metadata?.namespace ?? '', object.metadata?.name ?? '', options, write);
        } catch (error) {
          // Somebody else was faster.
          if (!(error instanceof StatusError) || error.code !== 404) throw error;
        }
      }),
    );
    return page;
  }

  /** What an action is asked is never stored, but says who asked as anything else that is created. */
  private manageAction(
    kind: Kind<ApiObject>,
    object: ApiObject,
    subresource: string,
    { fieldManager }: OperationOptions,
  ): void {
    const time = formatTime(this.options.clock.now());
    const empty = kind.codec.decode(new Uint8Array(0));
    const manager = { name: fieldManager, subresource, apiVersion: apiVersionOf(kind), time };
    const managedFields = manageUpdate(messageSchema(kind.message), empty, object, manager);
    if (managedFields) object.metadata = { ...object.metadata, managedFields };
  }

  private view({ definition: { kind } }: Target): ResourceView | undefined {
    return this.options.views.get(`${kind.group}/${kind.plural}`);
  }

  private storeOf(target: Target): ServedVersion {
    return this.options.registry.storeOf(target.definition);
  }

  private write(caller: Caller, options: OperationOptions): WriteContext {
    const { dryRun, fieldManager, bodyBytes = 0 } = options;
    return { user: caller.user, dryRun, fieldManager, bodyBytes, warn: caller.warn };
  }

  private requireVerb({ definition }: Target, verb: Resource['verbs'][number]): void {
    if (!definition.verbs.includes(verb)) throw methodNotAllowed();
  }

  /** Only some subresources are a view of the object, which is read or written; the others are actions. */
  private requireObject({ definition, subresource }: Target, verb: Resource['verbs'][number]): void {
    if (subresource === '') return;
    const found = definition.subresources.get(subresource);
    if (!found) throw unknownResource();
    const isObject = found.type === 'object' || found.type === 'view';
    if (!isObject || !found.verbs.some((one) => one === verb)) throw methodNotAllowed();
  }

  private requireNamespace({ definition, namespace }: Target, object: ApiObject): void {
    const own = object.metadata?.namespace;
    if (definition.kind.namespaced && own && own !== namespace)
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }

  private requireName(target: Target, object: ApiObject): void {
    this.requireNamespace(target, object);
    const own = object.metadata?.name;
    if (!own)
      throw badRequest(
        `the name of the object (${target.name} based on URL) was undeterminable: name must be provided`,
      );
    if (own !== target.name)
      throw badRequest(`the name of the object (${own}) does not match the name on the URL (${target.name})`);
  }
}

/** What an action is asked does not last: the trace that it names is the request's own, and nothing of it is kept. */
function forgetTrace({ metadata }: ApiObject): void {
  if (metadata?.annotations?.[traceparentAnnotation] === undefined) return;
  const { [traceparentAnnotation]: _, ...annotations } = metadata.annotations;
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
}

function kindOf(object: ApiObject): Kind<ApiObject> | undefined {
  return Object.values(Kinds).find(
    (kind) => kind.kind === object.kind && `${kind.group ? `${kind.group}/` : ''}${kind.version}` === object.apiVersion,
  ) as Kind<ApiObject> | undefined;
}
