import { cloneJson } from '@skiff/apimachinery';
import type { apidiscoveryv2 } from '@skiff/contracts';
import type { Random } from '@skiff/platform';
import { normalize } from '../decoding/decode';
import type { UserInfo } from '../auth/user';
import type { ListOptions } from '../operations/list-options';
import type { WatchSink } from '../operations/watch-sink';
import type { Handler } from '../request/chain';
import { signalDeparture } from '../request/departure';
import { GivenInput, HeldReply, noInput, type Given } from '../request/given-input';
import type { Outcome } from '../request/outcome';
import { Request } from '../request/request';
import { newRequestId } from '../request/request-id';
import { namespaceOf, type ResourceRequestInfo } from '../request/request-info';
import { readWriteOptions, type SentOptions } from '../request/write-options';

/** A request from within the process, of a user who is known. What a verb does not need is left out. */
export interface InProcessRequest {
  readonly user: UserInfo;
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural name. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
  readonly resourceVersion?: string | undefined;
  /** Of a list, a watch, or the deletion of a collection. */
  readonly list?: ListOptions | undefined;
  readonly write?: Partial<SentOptions> | undefined;
  /** It stays the caller's. */
  readonly object?: object | undefined;
  readonly patch?: Given['patch'];
  readonly deleteOptions?: Given['deleteOptions'];
  /** Who manages the fields that are written, where `write` does not say. */
  readonly userAgent?: string | undefined;
  /** Where the events of a watch go. */
  readonly sink?: WatchSink | undefined;
  /** Aborts when nobody waits any longer; the end of a watch. */
  readonly signal?: AbortSignal | undefined;
}

const methods: Readonly<Record<InProcessRequest['verb'], string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
};

/** Does what is asked from within the process, as for any other request of the same user. Rejects with a StatusError. */
export type HandleInProcess = (asked: InProcessRequest) => Promise<Outcome>;

/** The way of a request from within the process. */
export interface WayIn {
  readonly handle: Handler;
  /** In milliseconds. */
  readonly monotonic: () => number;
  readonly random: Random;
}

export const handleInProcess =
  ({ handle, monotonic, random }: WayIn): HandleInProcess =>
  async (asked) => {
    const { verb, user, sink, signal } = asked;
    const request = new Request({
      protocol: 'local',
      method: methods[verb],
      path: '',
      received: monotonic(),
      info: infoOf(asked),
      lasts: verb === 'watch',
      departure: signalDeparture(signal ?? never),
      user,
      userAgent: asked.userAgent,
      newId: () => newRequestId(random),
      input: new GivenInput(givenOf(asked)),
      reply: new HeldReply(sink),
    });
    request.dryRun = [asked.write, asked.deleteOptions].some((options) => options?.dryRun?.length);
    return handle(request);
  };

/** All groups with their resources, that of the core first. */
export type DiscoveredGroups = () => apidiscoveryv2.APIGroupDiscovery[];

/** The groups of resources that are served, for a user who may look at them. Rejects with a StatusError. */
export type DiscoverInProcess = (user: UserInfo) => Promise<apidiscoveryv2.APIGroupDiscovery[]>;

/** @param groups those that are served now. */
export const discoverInProcess =
  ({ handle, monotonic, random }: WayIn, groups: DiscoveredGroups): DiscoverInProcess =>
  async (user) => {
    // Over REST it takes two requests to learn of all groups.
    for (const path of ['/api', '/apis'])
      await handle(
        new Request({
          protocol: 'local',
          method: 'GET',
          path,
          received: monotonic(),
          info: { resourceRequest: false, verb: 'get', path },
          lasts: false,
          departure: signalDeparture(never),
          user,
          newId: () => newRequestId(random),
          input: noInput,
          reply: new HeldReply(),
        }),
      );
    return groups();
  };

const never = new AbortController().signal;

function infoOf({ verb, group, version, resource, subresource = '', ...asked }: InProcessRequest): ResourceRequestInfo {
  const { name = '', list } = asked;
  const namespace = namespaceOf(resource, asked.namespace ?? '', name);
  const { fieldSelector } = list ?? {};
  return {
    resourceRequest: true,
    verb,
    group,
    version,
    namespace,
    resource,
    name,
    subresource,
    rest: '',
    fieldSelector,
  };
}

function givenOf({ resourceVersion, list, write, object, patch, deleteOptions, userAgent }: InProcessRequest): Given {
  const sent = { dryRun: [], fieldManager: '', fieldValidation: '', ...write };
  return {
    resourceVersion,
    list,
    write: (kind, applies = false) => readWriteOptions(kind, { ...sent, applies }, userAgent),
    object: object && ((kind, options) => normalize(kind, cloneJson(object), options)),
    patch,
    deleteOptions,
  };
}
