import {
  authorizerVariableTypes,
  boolType,
  dynType,
  Environment,
  intType,
  listType,
  mapType,
  objectType,
  stringType,
  timestampType,
  type Type,
} from '@skiff/cel';

const texts = mapType(stringType, stringType);

const kindType = objectType('kubernetes.GroupVersionKind', {
  group: stringType,
  version: stringType,
  kind: stringType,
});
const resourceType = objectType('kubernetes.GroupVersionResource', {
  group: stringType,
  version: stringType,
  resource: stringType,
});
const userType = objectType('kubernetes.UserInfo', {
  username: stringType,
  uid: stringType,
  groups: listType(stringType),
  extra: mapType(stringType, listType(stringType)),
});

const requestType = objectType('kubernetes.AdmissionRequest', {
  kind: kindType,
  resource: resourceType,
  subResource: stringType,
  requestKind: kindType,
  requestResource: resourceType,
  requestSubResource: stringType,
  name: stringType,
  namespace: stringType,
  operation: stringType,
  userInfo: userType,
  dryRun: boolType,
  options: dynType,
});

const namespaceType = objectType('kubernetes.Namespace', {
  metadata: objectType('kubernetes.NamespaceMetadata', {
    name: stringType,
    generateName: stringType,
    namespace: stringType,
    labels: texts,
    annotations: texts,
    UID: stringType,
    creationTimestamp: timestampType,
    deletionGracePeriodSeconds: intType,
    deletionTimestamp: timestampType,
    generation: intType,
    resourceVersion: stringType,
    finalizers: listType(stringType),
  }),
  spec: objectType('kubernetes.NamespaceSpec', { finalizers: listType(stringType) }),
  status: objectType('kubernetes.NamespaceStatus', { phase: stringType }),
});

/** What expressions may name beside the write itself. */
export interface DeclaredVariables {
  readonly hasParams: boolean;
  readonly hasAuthorizer: boolean;
  /** The types of the variables that a policy makes, by their names. */
  readonly variables?: Readonly<Record<string, Type>>;
}

/**
 * What expressions about writes may name.
 * Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/cel/compile.go.
 */
export function policyEnvironment({ hasParams, hasAuthorizer, variables }: DeclaredVariables): Environment {
  return new Environment({
    variables: {
      object: dynType,
      oldObject: dynType,
      request: requestType,
      namespaceObject: namespaceType,
      ...(hasParams ? { params: dynType } : {}),
      ...(hasAuthorizer ? authorizerVariableTypes : {}),
      ...(variables ? { variables: objectType('kubernetes.variables', variables) } : {}),
    },
  });
}
