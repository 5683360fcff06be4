import { subresourceVerbs } from '@skiff/api';
import type { metav1, skiffapiv1 } from '@skiff/contracts';
import { unknownResource } from '@skiff/apimachinery';
import { forbidden, requestedName, type Authorizer } from '../auth/authorization/attributes';
import type { UserInfo } from '../auth/user';
import type { Registry } from '../registry/registry';
import type { ResourceDefinition } from '../registry/resource-definition';
import type { Target } from '../operations/operations';
import type { RequestCall } from '../transports/grpc/call';

/** Finds out what requests are about, and whether they may be made. */
export class Targets {
  constructor(
    private readonly registry: Registry,
    private readonly authorizer: Authorizer,
  ) {}

  /** All resources, for somebody who may read which there are. */
  all(user: UserInfo): readonly ResourceDefinition[] {
    for (const path of ['/api', '/apis']) {
      const attributes = { user, verb: 'get', resourceRequest: false, path } as const;
      const decision = this.authorizer.authorize(attributes);
      if (!decision.allowed) throw forbidden(attributes, decision.reason);
    }
    return this.registry.definitions;
  }

  /** The resource that a request names, once its caller may do this to it. */
  read(
    reference: skiffapiv1.ResourceRef | undefined,
    verb: string,
    call: RequestCall,
    { list, dryRun }: { list?: metav1.ListOptions | undefined; dryRun?: string[] | undefined } = {},
  ): Target {
    const { group = '', version = '', resource = '', namespace = '', name = '', subresource = '' } = reference ?? {};
    const definition = this.registry.find(group, version, resource);
    if (!definition) throw unknownResource();
    call.counted.dryRun = Boolean(dryRun?.length);
    // Names that are not served must not become labels of metrics.
    if (subresource === '' || subresourceVerbs(definition, subresource))
      call.counted.info = {
        resourceRequest: true,
        verb,
        group,
        version,
        namespace,
        resource,
        name,
        subresource,
        rest: '',
      };
    const attributes = {
      user: call.user,
      verb,
      resourceRequest: true,
      apiGroup: group,
      apiVersion: version,
      resource,
      subresource,
      namespace,
      name: requestedName(verb, name, list?.fieldSelector),
      // A node may list the pods that are its own, and follow single objects that they refer to.
      fieldSelector: list?.fieldSelector,
    } as const;
    const decision = this.authorizer.authorize(attributes);
    if (!decision.allowed) throw forbidden(attributes, decision.reason);
    return { definition, namespace, name, subresource };
  }
}
