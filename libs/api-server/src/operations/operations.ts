import { Kinds, type autoscalingv1, type Kind, type metav1 } from '@skiff/contracts';
import {
  badRequest,
  cloneJson,
  methodNotAllowed,
  StatusError,
  unknownResource,
  manageUpdate,
  type ApiObject,
  type Json,
} from '@skiff/apimachinery';
import { type Clock, type CounterSeries, formatTime } from '@skiff/platform';
import type { Store } from '@skiff/storage';
import type { UserInfo } from '../auth/user';
import type { CachedObject } from '../cache/cached-object';
import type { ActionHandler } from '../subresources/handlers';
import type { Registry } from '../registry/registry';
import type { ResourceDefinition } from '../registry/resource-definition';
import type { ServedVersion } from '../registry/served-version';
import { parseVersion } from '../registry/resource-version';
import type { WriteContext } from '../registry/writes/write';
import { CachedObject as Cached } from '../cache/cached-object';
import { applyDefaults, subresourceVerbs } from '@skiff/api';
import { Backlogs } from './backlogs';
import { patchObject, type PatchKind } from './changes';
import type { FieldValidation } from '../decoding/decode';
import type { ListOptions } from './list-options';
import { listObjects, reach, type ListPage } from './lists';
import { getViewed, listViewed, type ResourceView } from './resource-view';
import { readScale, writeScale } from './scale';
import { watchObjects, type WatchOptions, type WatchSink } from './watches';

/** What a request names. */
export interface Target {
  readonly definition: ResourceDefinition;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldValidation: FieldValidation;
  readonly fieldManager: string;
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

/** Everything that REST and gRPC can ask of a resource; each transport only decodes and encodes. */
export class Operations {
  private readonly backlogs = new Backlogs();

  constructor(private readonly options: OperationsOptions) {}

  /** The kind that a request's body, and its answer, are of. */
  bodyKind({ definition, subresource }: Target): Kind<ApiObject> {
    if (subresource === 'scale') return Kinds.Scale as Kind<ApiObject>;
    return this.action(definition, subresource)?.kind ?? definition.kind;
  }

  action(definition: ResourceDefinition, subresource: string): ActionHandler | undefined {
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
    return target.subresource === 'scale' ? this.scaleOf(target.definition, cached) : cached;
  }

  list(target: Target, options: ListOptions): Promise<ListPage> {
    this.requireVerb(target, 'list');
    const view = this.view(target);
    if (view) return listViewed(target.definition, view, options);
    return listObjects(this.storeOf(target), this.options.store, target.namespace, options);
  }

  async watch(target: Target, options: WatchOptions, sink: WatchSink, signal: AbortSignal): Promise<void> {
    this.requireVerb(target, 'watch');
    const { clock, random } = this.options;
    return watchObjects(
      this.storeOf(target),
      target,
      options,
      this.counted(target, sink),
      { backlogs: this.backlogs, clock, random },
      signal,
    );
  }

  private counted({ definition }: Target, sink: WatchSink): WatchSink {
    const sent = this.options.watchEvents?.(definition.kind);
    if (!sent) return sink;
    const send: WatchSink['send'] = (item) => {
      sent.inc();
      sink.send(item);
    };
    return {
      open: () => sink.open(),
      send,
      backlog: () => sink.backlog(),
      drained: () => sink.drained(),
      end: () => sink.end(),
      abort: () => sink.abort(),
    };
  }

  async create(target: Target, object: ApiObject, caller: Caller, options: WriteOptions): Promise<CachedObject> {
    const { definition, namespace, name, subresource } = target;
    const action = this.action(definition, subresource);
    if (action) {
      this.requireNamespace(target, object);
      applyDefaults(action.kind, object);
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
      return new Cached(kind, '', answer, 0n, undefined);
    }
    if (name) {
      this.requireObject(target, 'create');
      throw methodNotAllowed();
    }
    this.requireVerb(target, 'create');
    this.requireNamespace(target, object);
    return this.storeOf(target).create(object, namespace, this.write(caller, options));
  }

  async update(target: Target, change: Change, caller: Caller, options: WriteOptions): Promise<CachedObject> {
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
    const apply = (current: ApiObject): ApiObject => {
      if (subresource !== 'scale') return patched(current, definition.kind);
      const scale = patched(readScale(definition, current), Kinds.Scale as Kind<ApiObject>);
      return writeScale(definition, current, scale as autoscalingv1.Scale);
    };
    const identified = 'object' in change;
    const keepsCurrent = subresource !== 'scale';
    const request = { namespace, name, subresource, identified, keepsCurrent, change: apply };
    const written = await store.update(request, write);
    return subresource === 'scale' ? this.scaleOf(definition, written) : written;
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

  /** Deletes all that a list would show; the answer is that list. */
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
    { fieldManager }: WriteOptions,
  ): void {
    const time = formatTime(this.options.clock.now());
    const empty = kind.codec.decode(new Uint8Array(0));
    const managedFields = manageUpdate(kind, empty, object, { name: fieldManager, subresource, time });
    if (managedFields) object.metadata = { ...object.metadata, managedFields };
  }

  private view({ definition: { kind } }: Target): ResourceView | undefined {
    return this.options.views.get(`${kind.group}/${kind.plural}`);
  }

  private storeOf(target: Target): ServedVersion {
    return this.options.registry.storeOf(target.definition);
  }

  private write(caller: Caller, options: WriteOptions): WriteContext {
    const { dryRun, fieldManager, bodyBytes = 0 } = options;
    return { user: caller.user, dryRun, fieldManager, bodyBytes, warn: caller.warn };
  }

  private scaleOf(definition: ResourceDefinition, cached: CachedObject): CachedObject {
    const scale = readScale(definition, cached.object);
    return new Cached<autoscalingv1.Scale>(
      Kinds.Scale,
      cached.key,
      scale,
      cached.revision,
      cached.trace,
    ) as unknown as CachedObject;
  }

  private requireVerb({ definition }: Target, verb: ResourceDefinition['verbs'][number]): void {
    if (!definition.verbs.includes(verb)) throw methodNotAllowed();
  }

  /** Only some subresources are a view of the object, which is read or written; the others are actions. */
  private requireObject({ definition, subresource }: Target, verb: ResourceDefinition['verbs'][number]): void {
    if (subresource === '') return;
    const verbs = subresourceVerbs(definition, subresource);
    if (!verbs) throw unknownResource();
    if (!verbs.includes('update') || verbs.includes('create') || !verbs.includes(verb)) throw methodNotAllowed();
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

function kindOf(object: ApiObject): Kind<ApiObject> | undefined {
  return Object.values(Kinds).find(
    (kind) => kind.kind === object.kind && `${kind.group ? `${kind.group}/` : ''}${kind.version}` === object.apiVersion,
  ) as Kind<ApiObject> | undefined;
}
