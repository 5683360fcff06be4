// Compiling and evaluating.
export { Environment, type EnvironmentOptions } from './environment';
export {
  type Compilation,
  compile,
  defaultBudget,
  evaluateAsync,
  type EvaluateOptions,
  type Evaluation,
  type Program,
} from './program';
export type { CostEstimate } from './cost/estimate';
export type { Issue } from './syntax/source';
export { EvaluationError } from './values/evaluation-error';

// Types that a host declares.
export {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  type ListType,
  mapType,
  type MapType,
  nullType,
  type ObjectField,
  objectType,
  type ObjectType,
  opaqueType,
  optionalType,
  stringType,
  timestampType,
  type Type,
  uintType,
} from './types/type';
export { formatType } from './types/format-type';

export { escapeName } from './schema/escape';
export type { OpenApiSchema } from './schema/openapi-schema';
export { schemaType, type SchemaTypeOptions } from './schema/schema-type';
export { maxCardinality } from './schema/sizes';

// What expressions of mutating policies make.
export { mutationTypes, objectTypeProblem } from './library/mutations';

// Who may do what, as expressions ask it.
export {
  type AuthorizationCheck,
  type AuthorizationDecision,
  type Authorize,
  authorizerVariables,
  authorizerVariableTypes,
} from './library/authorizer';

// Values. Those of the host are plain JSON; these are for results, and for what JSON has no word for.
export { fromHost, lazyObject } from './values/host-values';
export { toHost } from './values/to-host';
export { OptionalValue, type Value } from './values/value';
