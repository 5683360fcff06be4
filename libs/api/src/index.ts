// Schemas of messages, and objects in their canonical form.
export {
  isScalar,
  jsonFields,
  messageNames,
  messageSchema,
  type FieldSchema,
  type MessageSchema,
  type ScalarType,
} from './schema/schema';
export { normalizeMessage, normalizeObject } from './normalize/normalize';
export { DecodeError, type Findings } from './normalize/problem';

// Amounts.
export {
  canonicalQuantity,
  compareQuantities,
  quantityFormatError,
  quantityFromNano,
  quantityToMilli,
  quantityToNano,
  quantityToNumber,
} from './quantity/quantity';

export {
  addAmounts,
  maskAmounts,
  podLimits,
  podRequests,
  raiseAmounts,
  subtractAmounts,
  type Amounts,
} from './quantity/amounts';

// Schedules.
export { parseSchedule, type ParsedSchedule, type ScheduleFields } from './schedule/schedule';

// Quotas.
export { constraintProblem } from './quota/constraints';
export { countedBy, quotaEvaluatorOf, type QuotaEvaluator } from './quota/evaluators';
export { exceeded, matchesQuota, printAmounts } from './quota/quota';

// Selectors.
export { compileFieldTerms, compileRequirements } from './selectors/compile';
export { fieldText, matchesFields, parseFieldSelector, type FieldTerm } from './selectors/field-selector';
export {
  formatLabelSelector,
  labelSelectorPredicate,
  matchesRequirements,
  parseLabelSelector,
  SelectorError,
  type LabelPredicate,
  type Labels,
  type Requirement,
} from './selectors/label-selector';

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

// Patches.
export { isJsonObject, jsonEqual, jsonKey, PatchError, type Json, type JsonObject } from './patch/json';
export { goTypeOf, printGoDocument, printGoValue } from './patch/go-value';
export { applyJsonPatch } from './patch/json-patch';
export { applyMergePatch } from './patch/merge-patch';
export { applyStrategicMergePatch } from './patch/strategic-merge';

// Defaults.
export { applyDefaults } from './defaults/defaults';

// What kubectl prints.
export { age, humanDuration } from './printers/human';
export { podStatus } from './printers/pod';
export { tableFor } from './printers/table';
export { type ColumnDefinition } from './printers/columns';

// What tells clients which resources there are, and how they look.
export {
  apiGroupDiscoveries,
  apiGroupList,
  apiGroupOf,
  apiResourceList,
  apiVersions,
  subresourceVerbs,
  type ServedResource,
} from './discovery/discovery';
export { definitionName } from './openapi/definitions';
export { documentNames as openApiDocumentNames } from './openapi/discovery-paths';
export { openApiV2, openApiV3 } from './openapi/openapi';
export { encodeOpenApiV2 } from './openapi/openapi-v2-protobuf';
export { encodeOpenApiV3 } from './openapi/openapi-v3-protobuf';

// Rules that objects keep.
export {
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  environmentVariableName,
  qualifiedName,
  validLabelValue,
} from './validation/names';
export { parseLooseAddress, parseLooseRange } from './validation/addresses';
export { Problems } from './validation/problems';
export { parseCertificateRequest, type CertificateRequest } from './validation/certificate-request';
export { validateClusterAddresses } from './validation/service/addresses';
export { podReferences, referenceTo, type Reference } from './references/pod-references';
export { unsupportedIn, unsupportedTable, unsupportedWarnings } from './unsupported/table';
export { warningOf, type Notice, type Unsupported } from './unsupported/unsupported';
export { validateCreate, validateUpdate, warningsFor } from './validation/validate';
