import { qualifiedName, type ErrorList, type Validation } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { validateMatchResources } from '../match-validation';

type Spec = admissionregistrationv1.ValidatingAdmissionPolicySpec;

/**
 * Rules of policies, but for their expressions, which admission compiles.
 * Upstream: pkg/apis/admissionregistration/validation/validation.go.
 */
export const validatingAdmissionPolicyValidation: Validation<admissionregistrationv1.ValidatingAdmissionPolicy> = {
  create: ({ spec = {} }, to) => validateSpec(spec, to),
};

const failurePolicies = ['Fail', 'Ignore'];
const mostAnnotations = 20;

function validateSpec(spec: Spec, to: ErrorList): void {
  const { failurePolicy, matchConstraints, paramKind, validations, auditAnnotations } = spec;
  if (failurePolicy === undefined) to.required('spec.failurePolicy');
  else if (!failurePolicies.includes(failurePolicy))
    to.notSupported('spec.failurePolicy', failurePolicy, failurePolicies);
  if (paramKind) validateParamKind(paramKind, to);
  if (!matchConstraints) to.required('spec.matchConstraints');
  else {
    validateMatchResources(matchConstraints, 'spec.matchConstraints', to);
    if (!matchConstraints.resourceRules?.length) to.required('spec.matchConstraints.resourceRules');
  }
  if (!validations?.length && !auditAnnotations?.length) {
    to.required('spec.validations', 'validations or auditAnnotations must contain at least one item');
    return;
  }
  validateNames(spec.variables ?? [], 'spec.variables', to);
  validateNames(spec.matchConditions ?? [], 'spec.matchConditions', to);
  for (const [index, { expression }] of (validations ?? []).entries())
    if (!expression?.trim()) to.required(`spec.validations[${index}].expression`, 'expression is not specified');
  validateAnnotations(auditAnnotations ?? [], to);
}

function validateParamKind({ apiVersion, kind }: admissionregistrationv1.ParamKind, to: ErrorList): void {
  if (!apiVersion) to.required('spec.paramKind.apiVersion');
  if (!kind) to.required('spec.paramKind.kind');
}

function validateNames(
  items: readonly { readonly name?: string | undefined; readonly expression?: string | undefined }[],
  path: string,
  to: ErrorList,
): void {
  const names = new Set<string>();
  for (const [index, { name = '', expression = '' }] of items.entries()) {
    const at = `${path}[${index}]`;
    if (name === '') to.required(`${at}.name`);
    else if (names.has(name)) to.duplicate(`${at}.name`, name);
    if (expression.trim() === '') to.required(`${at}.expression`);
    names.add(name);
  }
}

function validateAnnotations(annotations: NonNullable<Spec['auditAnnotations']>, to: ErrorList): void {
  if (annotations.length > mostAnnotations)
    to.invalidWhole('spec.auditAnnotations', `must not have more than ${mostAnnotations} auditAnnotations`);
  const keys = new Set<string>();
  for (const [index, { key = '', valueExpression = '' }] of annotations.entries()) {
    const at = `spec.auditAnnotations[${index}]`;
    if (key === '') to.required(`${at}.key`);
    else {
      to.all(`${at}.key`, key, qualifiedName(key));
      if (keys.has(key)) to.duplicate(`${at}.key`, key);
    }
    if (valueExpression.trim() === '') to.required(`${at}.valueExpression`, 'valueExpression is not specified');
    keys.add(key);
  }
}
