// Objects of every kind.
export type { ApiObject } from './object/api-object';
export { cloneJson } from './object/clone-json';
export { nextInt64, parseInt64 } from './object/int64';
export { sameValue } from './object/same-value';
export { isJsonObject, jsonEqual, jsonKey, PatchError, type Json, type JsonObject } from './patch/json';

// Text that ought to be JSON.
export { JsonSyntaxError, parseJsonText } from './json/json-syntax';

// Schemas, and objects in their canonical form.
export type {
  AnySchema,
  DocumentForm,
  FieldSchema,
  ListSchema,
  MapSchema,
  MapType,
  ObjectSchema,
  ScalarSchema,
  ScalarType,
  SchemaDocument,
  UnionSchema,
  ValueSchema,
} from './schema/object-schema';
export {
  hasMessage,
  kindSchema,
  messageSchema,
  readerOf,
  schemaOf,
  type DescribedKind,
  type DocumentReader,
} from './schema/message-schema';
export { normalizeObject } from './normalize/normalize';
export { DecodeError, goTypeOfJson, type Findings } from './normalize/problem';
export { requireDepth } from './normalize/readers';

// Patches.
export { goTypeOf, printGoDocument, printGoValue } from './patch/go-value';
export { applyJsonPatch } from './patch/json-patch';
export { applyMergePatch } from './patch/merge-patch';
export { applyStrategicMergePatch } from './patch/strategic-merge';

// Who manages which fields.
export { Changes } from './merge/changes';
export type { Comparison } from './merge/compare';
export { isTooMuchToApply } from './merge/budget';
export { applyConfiguration, type Application, type Applied } from './merge/apply';
export type { FieldSet } from './merge/field-set';
export type { Manager } from './merge/manager-entries';
export { manageUpdate } from './merge/managers';
export { resetFields } from './merge/reset-fields';
export { settleTimes } from './merge/settle-times';
export { whyNotTyped } from './merge/validate-typed';
export { onlyVersion, type Versions } from './merge/versions';
export { managersOfObject, managersOfView } from './merge/view-managers';

// Quantities.
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
  addResources,
  maskResources,
  maxResources,
  subtractResources,
  type ResourceList,
} from './quantity/resource-list';

// Selectors.
export { compileFieldTerms, compileRequirements } from './selectors/compile';
export { fieldText, matchesFields, parseFieldSelector, type FieldTerm } from './selectors/field-selector';
export {
  formatLabelSelector,
  labelSelectorOrNone,
  labelSelectorPredicate,
  parseLabelSelector,
} from './selectors/label-selector';
export {
  matchesRequirements,
  SelectorError,
  type LabelPredicate,
  type Labels,
  type Requirement,
} from './selectors/requirement';

// Field errors, and rules that objects of many kinds keep.
export { child, ErrorList, sorted } from './field-errors/error-list';
export {
  asPrefix,
  cidr,
  configMapKey,
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  environmentVariableName,
  httpPath,
  isIP,
  isPercent,
  pathSegment,
  portName,
  portNumber,
  qualifiedName,
  validLabelValue,
  wildcardSubdomain,
  type NameRule,
} from './validation/names';
export { parseCIDRSloppy, parseIPSloppy, type SloppyCIDR, type SloppyIP } from './validation/ip';
export { refuseRepeated, repeated, sameKey } from './validation/duplicates';
export { validateDomainPath } from './validation/domain-path';
export { isEmptySelector, nonNegative, oneOf, validateLabelSelector } from './validation/label-selector';
export {
  defaultNameRule,
  immutable,
  pathSegmentNameRule,
  same,
  validateAnnotations,
  validateFinalizer,
  validateFinalizers,
  validateLabels,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './validation/object-meta';

// What a request failed of.
export { hasReason, isOutage, StatusError, type StatusReason } from './status/status-error';
export {
  alreadyExists,
  badRequest,
  conflict,
  expired,
  forbidden,
  gone,
  invalid,
  methodNotAllowed,
  methodNotSupported,
  notFound,
  qualified,
  requestEntityTooLarge,
  serviceUnavailable,
  timeout,
  tooLargeResourceVersion,
  tooManyRequests,
  tooOldResourceVersion,
  unauthorized,
  unknownResource,
  unsupportedMediaType,
  type GroupKind,
  type GroupResource,
} from './status/status-errors';

// What kubectl prints.
export {
  ageColumn,
  ageOf,
  column,
  firstOf,
  nameColumn,
  nameOf,
  pairs,
  type ColumnDefinition,
  type Printed,
} from './table/columns';
export { age, humanDuration } from './table/duration';

// Versions of the API.
export { compareKubeAwareVersions } from './version/kube-aware';

// A resource as one value.
export {
  allVerbs,
  defineResource,
  qualifiedResource,
  type Resource,
  type ResourceParts,
  type Verb,
} from './resource/resource';
export { fieldOr, fieldsAt, type FieldReader } from './resource/fields';
export { specificationChanged } from './resource/generation';
export { countOf, objectCount, type QuotaEvaluator } from './resource/quota';
export { storedAs, type Conversion, type StoredKinds, type VersionedStorage } from './resource/storage';
export { type KeptByStatus, type Strategy, type StrategyContext } from './resource/strategy';
export {
  actionSubresource,
  connectSubresource,
  objectSubresource,
  statusSubresource,
  subresourceKind,
  viewSubresource,
  type ActionSubresource,
  type ConnectOptions,
  type ConnectSubresource,
  type GroupVersionKind,
  type ObjectSubresource,
  type Subresource,
  type SubresourceVerb,
  type ViewSubresource,
  type Written,
} from './resource/subresource';
export { plainTable, type Table } from './resource/table';
export type { Notice, Unsupported } from './resource/unsupported';
export { unsupportedIn, unsupportedWarnings, warningOf } from './resource/unsupported-in';
export { validateCreate, validateUpdate } from './resource/validate';
export { also, type Check, type Compare, type Validation } from './resource/validation';

// What tells clients which resources there are.
export {
  apiGroupDiscoveries,
  apiGroupList,
  apiGroupOf,
  apiResourceList,
  apiVersions,
  coreGroup,
  discoverGroups,
  groupsOf,
  type ServedResource,
  subresourcesOf,
} from './discovery/discovery';
export { orderGroups, type GroupOrder, type VersionPriority } from './discovery/group-order';
