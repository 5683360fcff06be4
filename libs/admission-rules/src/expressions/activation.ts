import {
  serviceAccountUser,
  type AdmissionRequest,
  type Authorizer,
  type GroupVersionResource,
  type UserInfo,
} from '@skiff/api-server/admission';
import type { ApiObject, GroupVersionKind } from '@skiff/apimachinery';
import { authorizerVariables, type AuthorizationCheck, type AuthorizationDecision } from '@skiff/cel';
import { namespaceOf } from '../matching/selectors';
import { requestFields } from './request-fields';

/** What expressions are evaluated on. */
export interface EvaluationInput {
  readonly request: AdmissionRequest;
  /** In the version that the rules name, as are the objects. */
  readonly resource: GroupVersionResource;
  readonly kind: GroupVersionKind;
  readonly object: ApiObject | undefined;
  readonly oldObject: ApiObject | undefined;
  readonly authorizer: Authorizer;
}

type Activation = Readonly<Record<string, unknown>>;

/** The variables of expressions about one write. */
export function activationFor(input: EvaluationInput): Activation {
  const { request, resource, kind, object, oldObject, authorizer } = input;
  const { subresource, name, userInfo } = request;
  const namespace = namespaceOf(request);
  return {
    object: object ?? null,
    oldObject: oldObject ?? null,
    request: requestFields(request, resource, kind),
    namespaceObject: null,
    ...authorizerVariables((check) => decide(authorizer, userInfo, check), {
      group: request.resource.group,
      resource: request.resource.resource,
      subresource,
      namespace,
      name,
    }),
  };
}

function decide(authorizer: Authorizer, sender: UserInfo, check: AuthorizationCheck): AuthorizationDecision {
  const { verb, serviceAccount, path } = check;
  const user = serviceAccount ? serviceAccountUser(serviceAccount.namespace, serviceAccount.name) : sender;
  if (path !== undefined) return authorizer.authorize({ user, verb, resourceRequest: false, path });
  return authorizer.authorize({
    ...{ user, verb, resourceRequest: true, apiGroup: check.group ?? '', apiVersion: '*' },
    ...{ resource: check.resource ?? '', subresource: check.subresource ?? '' },
    ...{ namespace: check.namespace ?? '', name: check.name ?? '', fieldSelector: check.fieldSelector },
  });
}
