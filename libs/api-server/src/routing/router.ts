import {
  methodNotAllowed,
  readerOf,
  StatusError,
  unknownResource,
  type ConnectSubresource,
  type Resource,
} from '@skiff/apimachinery';
import type { Random } from '@skiff/platform';
import { admitConnection } from '../admission/connection';
import type { ResourceHandler } from '../operations/handler';
import { groupVersionOfPath, type Delegate, type Delegation } from '../request/delegation';
import type { ConnectHandler, Connects } from '../request/handlers';
import type { Registry } from '../registry/registry';
import type { ResourceSource } from '../registry/resource-source';
import type { Outcome } from '../request/outcome';
import type { Request } from '../request/request';
import { namespaceAround, type RequestInfo, type ResourceRequestInfo } from '../request/request-info';
import { pageNotFound, type PathTable } from './paths';

export interface RouterOptions {
  readonly registry: Registry;
  readonly resources: ResourceHandler;
  readonly connects: Connects;
  /** Who installs resources while the server runs. */
  readonly sources: readonly ResourceSource[];
  readonly delegation: Delegation;
  /** What is no resource. */
  readonly paths: PathTable;
  readonly random: Random;
}

/** Brings requests to whoever answers them. */
export class Router {
  constructor(private readonly options: RouterOptions) {}

  /** Finds out who answers a request; it need not be allowed yet. */
  find(request: Request): void | Promise<void> {
    const { info } = request;
    if (!info.resourceRequest) return;
    const { registry, sources, delegation } = this.options;
    const delegate = delegation.delegates ? delegation.find(info.group, info.version) : undefined;
    if (delegate) {
      request.route = { definition: undefined, connect: undefined, delegate };
      return;
    }
    const definition = registry.find(info.group, info.version, info.resource);
    if (definition || sources.length === 0) return this.settle(request, info, definition);
    return this.findLater(request, info);
  }

  /** What is not served may have come a moment ago. */
  private async findLater(request: Request, info: ResourceRequestInfo): Promise<void> {
    const { registry, sources } = this.options;
    await Promise.all(sources.map((source) => source.refresh()));
    this.settle(request, info, registry.find(info.group, info.version, info.resource));
  }

  private settle(request: Request, info: ResourceRequestInfo, definition: Resource | undefined): void {
    const { connects } = this.options;
    const { subresource } = info;
    const taking = info.verb === 'watch' ? undefined : connection(definition, subresource);
    const connect = taking && connects.get(taking);
    request.route = { definition, connect };
    // Names that are not served must not become labels of metrics.
    if (definition && isServed(definition, subresource)) request.served = info;
  }

  /** Whether a request may last for as long as its client wants. */
  lasts(info: RequestInfo, isUpgrade: boolean): boolean {
    if (!info.resourceRequest) return false;
    return info.verb === 'watch' || this.connects(info) || (isUpgrade && this.delegateOf(info) !== undefined);
  }

  /** Whether a request is for a subresource that takes over the connection. */
  connects({ group, version, resource, subresource }: ResourceRequestInfo): boolean {
    if (subresource === '') return false;
    return connection(this.options.registry.find(group, version, resource), subresource) !== undefined;
  }

  /** Does what a request asks for, which it may. */
  answer(request: Request): Outcome | Promise<Outcome> {
    const { info, route } = request;
    const { paths, resources } = this.options;
    const delegate = route?.delegate ?? this.delegateOf(info);
    if (delegate) return delegated(request, delegate);
    if (!info.resourceRequest) return { type: 'path', handler: paths.find(info.path) };
    if (!route?.definition) return this.unknown(request, info);
    if (isElsewhere(route.definition, info)) return nowhere(request);
    if (route.connect) return this.connect(request, info, route.definition, route.connect);
    const { name, subresource } = info;
    return resources.handle(request, {
      definition: route.definition,
      namespace: namespaceAround(info),
      name,
      subresource,
    });
  }

  /** Who else answers what a request is about. */
  private delegateOf(info: RequestInfo): Delegate | undefined {
    const { delegation } = this.options;
    if (!delegation.delegates) return undefined;
    if (info.resourceRequest) return delegation.find(info.group, info.version);
    const asked = groupVersionOfPath(info.path);
    return asked && delegation.find(...asked);
  }

  /** What a connection is made with is known once admission has seen it. */
  private async connect(
    { input, method, path, user, warnings, departure, audit }: Request,
    { namespace, name, subresource, rest }: ResourceRequestInfo,
    definition: Resource,
    handler: ConnectHandler,
  ): Promise<Outcome> {
    if (handler.methods && !handler.methods.includes(method)) throw methodNotAllowed();
    const found = definition.subresources.get(subresource);
    if (found?.type !== 'connect' || !found.options)
      return { type: 'connection', handler, options: undefined, sent: undefined };
    const { registry, random } = this.options;
    const { admission } = registry;
    const sent = input.connectOptions(found.options, path.endsWith('/') ? `${rest}/` : rest);
    const wanted = {
      ...{ user, namespace, name, departure, options: { ...sent } },
      warn: warnings.add,
      annotate: audit?.annotate,
    };
    const target = registry.storeOf(definition).targets.of(subresource);
    const options = await admitConnection({ admission, random }, target, wanted);
    return { type: 'connection', handler, options, sent };
  }

  private unknown(request: Request, { group, version }: ResourceRequestInfo): Outcome {
    // Upstream has no paths for a group that is all custom, but looks up what each request names.
    const serves = this.options.registry.definitions.some(
      ({ kind }) => kind.group === group && kind.version === version && !readerOf(kind),
    );
    if (serves) throw unknownResource();
    return nowhere(request);
  }
}

/** Other servers speak HTTP; what they are asked is handed on as it came. */
function delegated({ protocol, info }: Request, delegate: Delegate): Outcome {
  if (protocol === 'rest') return { type: 'delegated', delegate };
  const what = info.resourceRequest ? `${info.resource}.${info.group}` : info.path;
  throw new StatusError(
    405,
    'MethodNotAllowed',
    `${what} is served by another API server, which is reached by REST alone`,
  );
}

/** Upstream has no path for a custom resource outside of its scope, but for what goes over all namespaces. */
function isElsewhere({ kind }: Resource, { namespace, verb }: ResourceRequestInfo): boolean {
  if (!readerOf(kind)) return false;
  return kind.namespaced ? namespace === '' && verb !== 'list' && verb !== 'watch' : namespace !== '';
}

/** Only a path can be one that nobody knows. */
function nowhere({ protocol }: Request): Outcome {
  if (protocol !== 'rest') throw unknownResource();
  return { type: 'path', handler: pageNotFound };
}

function connection(definition: Resource | undefined, subresource: string): ConnectSubresource | undefined {
  const found = subresource === '' ? undefined : definition?.subresources.get(subresource);
  return found?.type === 'connect' ? found : undefined;
}

const isServed = (definition: Resource, subresource: string): boolean =>
  subresource === '' || definition.subresources.has(subresource);
