// Quantities.
export { podLimits, podRequests } from './quantity/pod-resources';

// Schedules.
export { parseSchedule, type ParsedSchedule, type ScheduleFields } from './schedule/schedule';

// Quotas.
export { constraintProblem } from './quota/constraints';
export { countedBy, quotaEvaluatorOf, type QuotaEvaluator } from './quota/evaluators';
export { exceeded, matchesQuota, printAmounts } from './quota/quota';

// Where pods may run.
export { hostPortsOf, portsCollide, type HostPort } from './placement/host-ports';
export {
  compileNodeTerm,
  compileRequiredNodes,
  namedNodes,
  type NodePredicate,
  type SelectableNode,
} from './placement/node-selector';
export { hardEffects, isTolerated, tolerates, untolerated } from './placement/tolerations';

// What a kubelet may say about its node.
export { isLabelBelow, isReservedNodeLabel, kubeletLabelNamespaces, kubeletLabels } from './nodes/kubelet-labels';

// Defaults.
export { applyDefaults } from './defaults/defaults';

// What kubectl prints.
export { podStatus } from './printers/pod';
export { tableFor } from './printers/table';

// What tells clients which resources there are, and how they look.
export {
  apiGroupDiscoveries,
  discoverGroups,
  apiGroupList,
  apiGroupOf,
  apiResourceList,
  apiVersions,
  subresourceVerbs,
  type ServedResource,
} from './discovery/discovery';
export { definitionName } from './openapi/definitions';
export { documentNames as openApiDocumentNames, documentOf as openApiDocumentOf } from './openapi/discovery-paths';
export { openApiV2, openApiV3 } from './openapi/openapi';
export { encodeOpenApiV2 } from './openapi/openapi-v2-protobuf';
export { encodeOpenApiV3 } from './openapi/openapi-v3-protobuf';

// Rules that objects keep.
export { parseCertificateRequest, type CertificateRequest } from './validation/certificate-request';
export { validateClusterAddresses } from './validation/service/addresses';
export { podReferences, referenceTo, type Reference } from './references/pod-references';
export { unsupportedIn, unsupportedTable, unsupportedWarnings } from './unsupported/table';
export { warningOf, type Notice, type Unsupported } from './unsupported/unsupported';
export { validateCreate, validateUpdate, warningsFor } from './validation/validate';
