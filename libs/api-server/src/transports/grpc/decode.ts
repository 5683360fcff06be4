import { skiffapiv1, type corev1, type metav1, type skiffobjectv1 } from '@skiff/contracts';
import { badRequest } from '@skiff/apimachinery';
import { normalize } from '../../decoding/decode';
import type { ListOptions } from '../../operations/list-options';
import type { PatchKind } from '../../operations/changes';
import type { Given } from '../../request/given-input';
import type { OptionsKind, WriteOptions } from '../../request/input';
import { namespaceOf, type ResourceRequestInfo } from '../../request/request-info';
import { readObject } from './read-object';
import { readWriteOptions } from '../../request/write-options';

/** What a message asks for. */
export interface Asked {
  readonly info: ResourceRequestInfo;
  readonly given: Given;
  readonly dryRun: boolean;
}

/** Where a message comes from. */
export interface MessageOrigin {
  readonly userAgent: string;
  /** How long it is. */
  readonly bytes: number;
}

type Options<T> = T | undefined;

const isDryRun = (options: Options<{ readonly dryRun?: string[] | undefined }>): boolean =>
  Boolean(options?.dryRun?.length);

function asked(
  verb: string,
  reference: Options<skiffapiv1.ResourceRef>,
  given: Given,
  { dryRun = false, fieldSelector }: { readonly dryRun?: boolean; readonly fieldSelector?: string | undefined } = {},
): Asked {
  const { group = '', version = '', resource = '', name = '', subresource = '' } = reference ?? {};
  const namespace = namespaceOf(resource, reference?.namespace ?? '', name);
  const named = { group, version, namespace, resource, name, subresource };
  return { info: { resourceRequest: true, verb, ...named, rest: '', fieldSelector }, given, dryRun };
}

export const askedToGet = ({ resource, resourceVersion }: skiffapiv1.GetRequest): Asked =>
  asked('get', resource, { resourceVersion: resourceVersion || undefined });

export const askedToList = ({ resource, options = {} }: skiffapiv1.ListRequest): Asked =>
  asked('list', resource, { list: listOptions(options) }, options);

export function askedToWatch({ resource, options = {} }: skiffapiv1.WatchRequest): Asked {
  const { allowWatchBookmarks, timeoutSeconds, sendInitialEvents } = options;
  const list = { ...listOptions(options), allowWatchBookmarks, timeoutSeconds, sendInitialEvents };
  return asked('watch', resource, { list }, options);
}

export function askedToCreate({ resource, object, options }: skiffapiv1.CreateRequest, origin: MessageOrigin): Asked {
  return asked('create', resource, written(object, options, origin), { dryRun: isDryRun(options) });
}

export function askedToUpdate({ resource, object, options }: skiffapiv1.UpdateRequest, origin: MessageOrigin): Asked {
  return asked('update', resource, written(object, options, origin), { dryRun: isDryRun(options) });
}

export function askedToPatch(request: skiffapiv1.PatchRequest, origin: MessageOrigin): Asked {
  const { resource, options, type, patch: document } = request;
  const patch = { kind: patchKind(type), body: Buffer.from(document ?? []) };
  const given = { patch, bytes: origin.bytes, write: writeOptions(options, origin.userAgent) };
  return asked('patch', resource, given, { dryRun: isDryRun(options) });
}

export const askedToDelete = ({ resource, options }: skiffapiv1.DeleteRequest): Asked =>
  asked('delete', resource, { deleteOptions: options }, { dryRun: isDryRun(options) });

export function askedToDeleteCollection(request: skiffapiv1.DeleteCollectionRequest): Asked {
  const { resource, options, listOptions: list = {} } = request;
  const { fieldSelector } = list;
  const given = { deleteOptions: options, list: listOptions(list) };
  return asked('deletecollection', resource, given, { dryRun: isDryRun(options), fieldSelector });
}

/** Nobody manages fields of a binding, which is not stored. */
const bindingOptions: WriteOptions = { dryRun: false, fieldValidation: 'Ignore', fieldManager: '' };

export function askedToBind(binding: corev1.Binding): Asked {
  const { namespace = '', name = '' } = binding.metadata ?? {};
  const reference = { version: 'v1', resource: 'pods', namespace, name, subresource: 'binding' };
  return asked('create', reference, {
    object: (kind, options) => normalize(kind, binding, options),
    write: () => bindingOptions,
  });
}

function written(
  object: Options<skiffobjectv1.Object>,
  options: Options<SentWriteOptions>,
  { bytes, userAgent }: MessageOrigin,
): Given {
  return { object: (kind, how) => readObject(kind, object, how), bytes, write: writeOptions(options, userAgent) };
}

interface SentWriteOptions {
  readonly dryRun?: string[] | undefined;
  readonly fieldManager?: string | undefined;
  readonly fieldValidation?: string | undefined;
  readonly force?: boolean | undefined;
}

const writeOptions =
  (options: Options<SentWriteOptions>, userAgent: string) =>
  (kind: OptionsKind, applies = false): WriteOptions => {
    const { dryRun = [], fieldManager = '', fieldValidation = '', force } = options ?? {};
    return readWriteOptions(kind, { dryRun, fieldManager, fieldValidation, force, applies }, userAgent);
  };

function listOptions(options: metav1.ListOptions): ListOptions {
  const { labelSelector, fieldSelector, limit, continue: next, resourceVersion, resourceVersionMatch } = options;
  return { labelSelector, fieldSelector, limit, continue: next, resourceVersion, resourceVersionMatch };
}

const patchKinds: Readonly<Record<number, PatchKind | 'apply'>> = {
  [skiffapiv1.PatchType.PATCH_TYPE_JSON]: 'json',
  [skiffapiv1.PatchType.PATCH_TYPE_MERGE]: 'merge',
  [skiffapiv1.PatchType.PATCH_TYPE_STRATEGIC_MERGE]: 'strategic',
  [skiffapiv1.PatchType.PATCH_TYPE_APPLY]: 'apply',
};

function patchKind(type: number | undefined): PatchKind | 'apply' {
  const kind = patchKinds[type ?? 0];
  if (!kind) throw badRequest('the type of the patch is not served');
  return kind;
}
