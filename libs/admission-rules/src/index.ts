// Which writes are meant.
export { matchedVersion, type MatchedVersion, type Rules } from './matching/matched-version';
export { matchesRule, type RuleSubject } from './matching/rules';
export { compileSelectors, isSelected, namespaceOf, type Selectors } from './matching/selectors';

// In which version they are seen.
export { convertBetween } from './versions/conversion';
export { seenIn, type SeenWrite } from './versions/seen';
export { shapeOf, type Shape } from './versions/shape';

// What is evaluated on them.
export { activationFor, type EvaluationInput } from './expressions/activation';
export { Budget, OutOfBudget, type Outcome } from './expressions/budget';
export { evaluateConditions, type Condition, type ConditionsVerdict } from './expressions/conditions';
export { policyEnvironment, type DeclaredVariables } from './expressions/environment';
export { compileExpression, type CompiledExpression } from './expressions/compile';
export { requestFields } from './expressions/request-fields';
