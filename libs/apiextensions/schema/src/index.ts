// What becomes of a value by its schema.
export { isFields, noStructure, structureOf, type Fields, type Schema, type Structure } from './structure/structure';
export { prune } from './structure/prune';
export { withDefaults } from './structure/default';
export { coerceEmbedded, readMetadata } from './structure/metadata';

// Whether it is valid.
export { compileValidator, type Validator } from './validation/validator';
export { compileListTypes, type ListTypeValidator } from './validation/list-types';
export { validateEmbedded } from './validation/embedded';
export { compilePattern } from './validation/pattern';
export { formatTest } from './validation/formats';

// Rules, which are expressions.
export { compileRuleValidator, type RuleValidator } from './rules/evaluate';
export { validateRules } from './rules/validate-rules';

// The same for whoever walks schemas.
export { objectSchemaOf } from './object-schema/object-schema';
