import { badRequest, cloneJson, methodNotAllowed, readerOf, type ApiObject } from '@skiff/apimachinery';
import type { Kind, metav1 } from '@skiff/contracts';
import type { Clock, CounterSeries } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { CachedObject } from '../cache/cached-object';
import type { Scheme } from '../decoding/scheme';
import type { Registry } from '../registry/registry';
import { parseVersion } from '../registry/resource-version';
import type { ServedVersion } from '../registry/served-version';
import type { WriteContext } from '../registry/writes/write';
import type { ActionHandler, Actions } from '../request/handlers';
import type { Authorizer } from '../auth/authorization/attributes';
import { act } from './actions';
import { ApplyOperation } from './apply-operation';
import { Backlogs } from './backlogs';
import { patchObject } from './changes';
import type { Configuration } from './configuration';
import { deleteAll, deletedStatus } from './deletions';
import type { ListOptions } from './list-options';
import { listObjects, reach, type ListPage } from './lists';
import type {
  AppliedObject,
  Caller,
  Change,
  DeleteResult,
  OperationOptions,
  Operations,
  OperationTarget,
} from './operations';
import { requireName, requireNamespace, requireObject, requireVerb } from './requirements';
import { getViewed, listViewed, type ResourceView, type Views } from './resource-view';
import { requireSameVersion, viewed, viewOf } from './subresource';
import { prepareWatch, type WatchRun } from './watches';

export interface OperationsOptions {
  readonly registry: Registry;
  readonly store: Store;
  readonly scheme: Scheme;
  readonly clock: Clock;
  readonly random: () => number;
  /** Decides whether who applies may create what is not there. */
  readonly authorizer: Authorizer;
  readonly actions: Actions;
  readonly views: Views;
  /** Counts the events that watchers of a kind are sent. */
  readonly watchEvents?: (kind: Kind) => CounterSeries;
}

/** Asked of the registry. */
export class ResourceOperations implements Operations {
  private readonly backlogs = new Backlogs();
  private readonly applying: ApplyOperation;

  constructor(private readonly options: OperationsOptions) {
    this.applying = new ApplyOperation(options);
  }

  bodyKind(target: OperationTarget): Kind<ApiObject> {
    const { definition, subresource } = target;
    const view = viewOf(target);
    if (view) return view.kind;
    const found = definition.subresources.get(subresource);
    return found?.type === 'action' ? found.kind : definition.kind;
  }

  action({ definition, subresource }: OperationTarget): ActionHandler | undefined {
    if (subresource === '') return this.options.actions.get(definition);
    const found = definition.subresources.get(subresource);
    return found?.type === 'action' ? this.options.actions.get(found) : undefined;
  }

  async get(target: OperationTarget, resourceVersion: string | undefined): Promise<CachedObject> {
    requireObject(target, 'get');
    const view = this.view(target);
    if (view) return getViewed(target.definition, view, target.name);
    const store = this.storeOf(target);
    if (resourceVersion && resourceVersion !== '0') await reach(store, parseVersion(resourceVersion));
    const cached = await store.get(target.namespace, target.name, Boolean(resourceVersion));
    return viewed(target, cached);
  }

  list(target: OperationTarget, options: ListOptions): Promise<ListPage> {
    requireVerb(target, 'list');
    const view = this.view(target);
    if (view) return listViewed(target.definition, view, options);
    return listObjects(this.storeOf(target), this.options.store, target.namespace, options);
  }

  async watch(target: OperationTarget, options: ListOptions): Promise<WatchRun> {
    requireVerb(target, 'watch');
    const { clock, random, watchEvents } = this.options;
    const sent = watchEvents?.(target.definition.kind);
    const parts = { backlogs: this.backlogs, clock, random, sent };
    return prepareWatch({ resource: this.storeOf(target), target, options, parts });
  }

  async create(
    target: OperationTarget,
    object: ApiObject,
    caller: Caller,
    options: OperationOptions,
  ): Promise<CachedObject> {
    const { namespace, name } = target;
    const handle = this.action(target);
    if (handle) {
      requireNamespace(target, object);
      const action = { kind: this.bodyKind(target), handle, clock: this.options.clock };
      return act(action, target, object, caller, options);
    }
    if (name) {
      requireObject(target, 'create');
      throw methodNotAllowed();
    }
    requireVerb(target, 'create');
    requireNamespace(target, object);
    return this.storeOf(target).create(object, namespace, this.write(caller, options));
  }

  async update(
    target: OperationTarget,
    change: Change,
    caller: Caller,
    options: OperationOptions,
  ): Promise<CachedObject> {
    const { definition, namespace, name, subresource } = target;
    if (!name) throw readerOf(definition.kind) ? badRequest('name must be provided') : methodNotAllowed();
    requireObject(target, 'object' in change ? 'update' : 'patch');
    if ('object' in change) requireName(target, change.object);
    const write = this.write(caller, options);
    const store = this.storeOf(target);
    const validation = { fieldValidation: options.fieldValidation, scheme: this.options.scheme, warn: caller.warn };
    const patched = (before: ApiObject, kind: Kind<ApiObject>): ApiObject => {
      if ('object' in change) return cloneJson(change.object);
      const after = patchObject(kind, before, change, validation);
      requireName(target, after);
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

  apply(
    target: OperationTarget,
    configuration: Configuration,
    caller: Caller,
    options: OperationOptions,
  ): Promise<AppliedObject> {
    const write = this.write(caller, options);
    return this.applying.run({ target, configuration, caller, options }, this.storeOf(target), write);
  }

  async delete(
    target: OperationTarget,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<DeleteResult> {
    requireVerb(target, 'delete');
    requireObject(target, 'delete');
    const { definition, namespace, name } = target;
    const { object, gone } = await this.storeOf(target).delete(
      namespace,
      name,
      options,
      this.write(caller, { dryRun, fieldValidation: 'Ignore', fieldManager: '' }),
    );
    if (!gone || definition.answersDeleted) return { object };
    return { status: deletedStatus(definition, name, object.object.metadata?.uid) };
  }

  async deleteCollection(
    target: OperationTarget,
    list: ListOptions,
    options: metav1.DeleteOptions,
    caller: Caller,
    dryRun: boolean,
  ): Promise<ListPage> {
    requireVerb(target, 'deletecollection');
    const page = await this.list(target, list);
    const write = { ...this.write(caller, { dryRun, fieldValidation: 'Ignore', fieldManager: '' }), ofMany: true };
    await deleteAll(this.storeOf(target), page.items, options, write);
    return page;
  }

  private view({ definition }: OperationTarget): ResourceView | undefined {
    return this.options.views.get(definition);
  }

  private storeOf(target: OperationTarget): ServedVersion {
    return this.options.registry.storeOf(target.definition);
  }

  private write(caller: Caller, options: OperationOptions): WriteContext {
    const { dryRun, fieldManager, sent, bodyBytes = 0 } = options;
    const { user, warn, departure, annotate } = caller;
    return { user, dryRun, fieldManager, sent, bodyBytes, warn, departure, ...(annotate ? { annotate } : {}) };
  }
}
