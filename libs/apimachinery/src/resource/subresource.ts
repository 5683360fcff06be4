import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '../object/api-object';
import type { ObjectSchema } from '../schema/object-schema';
import type { Table } from './table';

/** A kind by name, whether or not it has a message. */
export interface GroupVersionKind {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export type SubresourceVerb = 'create' | 'delete' | 'get' | 'patch' | 'update';

interface Named {
  /** Its place in the path, after the object's name. */
  readonly name: string;
  readonly verbs: readonly SubresourceVerb[];
}

/** The object itself, of which what is written through the subresource alone changes: status, approval. */
export interface ObjectSubresource extends Named {
  readonly type: 'object';
  readonly writes: Written;
}

/**
 * What of an object a write changes: all but its status, which is written apart; the status alone; or both, of which
 * the strategy of the resource keeps what the write may not change.
 */
export type Written = 'object' | 'status' | 'both';

/** An object of another kind that is read from the object, and written back into it: scale. */
export interface ViewSubresource<T = unknown, V extends ApiObject = ApiObject> extends Named {
  readonly type: 'view';
  readonly kind: Kind<V>;
  readonly table: Table<V>;
  /** The field that is in both, as names joined by dots: who owns it in the one owns it in the other. */
  readonly field: { readonly ofObject: string; readonly ofView: string };
  read(object: T): V;
  /** The object as the view wants it; the one that it is given stays as it is. Throws what is wrong with the view. */
  write(object: T, view: V): ApiObject;
}

/** Something that is done by creating an object, which is not stored: binding, eviction, token. */
export interface ActionSubresource<B extends ApiObject = ApiObject> extends Named {
  readonly type: 'action';
  readonly kind: Kind<B>;
  /** Other apiVersions whose objects are read as the kind's: old clients evict by them. Default: none. */
  readonly readAlso?: readonly string[];
  /** Fills what was sent with the defaults of its kind, in place. Default: nothing. */
  defaults?(body: B): void;
}

/** What takes over the connection: exec, attach, log, portforward, proxy. */
export interface ConnectSubresource extends Named {
  readonly type: 'connect';
  /** The kind of its options, or of the object when it has none. */
  readonly kind: GroupVersionKind;
  /** What admission is shown of a connection; absent for what is read, as a log is. */
  readonly options?: ConnectOptions;
  /** The kind of the options with which it is read, where nothing is connected to. As rest.GetterWithOptions. */
  readonly readOptions?: GroupVersionKind;
  /** Whether paths below it, and all methods of HTTP, are passed on as well. As rest.Connecter's subpath. */
  readonly subpath?: boolean;
}

/** How the options of a connection are read from its query. */
export interface ConnectOptions {
  /** A field that is called `path` takes what follows the subresource in the path. */
  readonly schema: ObjectSchema;
  /** Fills what was sent, of which no field is left out, in place. Default: nothing. */
  defaults?(sent: Record<string, unknown>): void;
}

/** What the API serves below an object. */
export type Subresource<T = unknown> = ObjectSubresource | ViewSubresource<T> | ActionSubresource | ConnectSubresource;

const objectVerbs: readonly SubresourceVerb[] = ['get', 'patch', 'update'];

/**
 * @param options.verbs default: get, patch and update.
 * @param options.writes default: the object.
 */
export const objectSubresource = (
  name: string,
  { verbs = objectVerbs, writes = 'object' }: Partial<Pick<ObjectSubresource, 'verbs' | 'writes'>> = {},
): ObjectSubresource => ({ type: 'object', name, verbs, writes });

/** The status, which is written apart from the rest. */
export const statusSubresource = objectSubresource('status', { writes: 'status' });

export const viewSubresource = <T, V extends ApiObject>(
  name: string,
  view: Omit<ViewSubresource<T, V>, 'type' | 'name' | 'verbs'>,
): ViewSubresource<T, V> => ({ type: 'view', name, verbs: objectVerbs, ...view });

export const actionSubresource = <B extends ApiObject>(
  name: string,
  action: Omit<ActionSubresource<B>, 'type' | 'name' | 'verbs'>,
): ActionSubresource<B> => ({ type: 'action', name, verbs: ['create'], ...action });

export const connectSubresource = (
  name: string,
  kind: GroupVersionKind,
  verbs: readonly SubresourceVerb[],
  special: Pick<ConnectSubresource, 'options' | 'readOptions' | 'subpath'>,
): ConnectSubresource => ({ type: 'connect', name, kind, verbs, ...special });

/** The kind that a subresource of a resource is of, as discovery tells it. */
export const subresourceKind = (subresource: Subresource, kind: GroupVersionKind): GroupVersionKind =>
  subresource.type === 'object' ? kind : subresource.kind;
