import { validateLabelSelector, type ErrorList, type Validation } from '@skiff/apimachinery';
import type { admissionregistrationv1 } from '@skiff/contracts';
import { validateMatchResources } from '../match-validation';

type Binding = admissionregistrationv1.ValidatingAdmissionPolicyBinding;

/** Upstream: pkg/apis/admissionregistration/validation/validation.go. */
export const validatingAdmissionPolicyBindingValidation: Validation<Binding> = {
  create: ({ spec = {} }, to) => validateSpec(spec, to),
};

const actions = ['Audit', 'Deny', 'Warn'];
const notFoundActions = ['Allow', 'Deny'];

function validateSpec(
  { policyName, paramRef, matchResources, validationActions }: NonNullable<Binding['spec']>,
  to: ErrorList,
): void {
  if (!policyName) to.required('spec.policyName');
  if (paramRef) validateParamRef(paramRef, to);
  if (matchResources) validateMatchResources(matchResources, 'spec.matchResources', to);
  validateActions(validationActions ?? [], to);
}

function validateParamRef(
  { name, selector, parameterNotFoundAction }: admissionregistrationv1.ParamRef,
  to: ErrorList,
): void {
  if (name && selector) to.forbidden('spec.paramRef.name', '`name` and `selector` are mutually exclusive');
  else if (!name && !selector) to.required('spec.paramRef', 'one of name or selector must be specified');
  validateLabelSelector(selector, 'spec.paramRef.selector', to);
  if (parameterNotFoundAction === undefined) to.required('spec.paramRef.parameterNotFoundAction');
  else if (!notFoundActions.includes(parameterNotFoundAction))
    to.notSupported('spec.paramRef.parameterNotFoundAction', parameterNotFoundAction, notFoundActions);
}

function validateActions(given: readonly string[], to: ErrorList): void {
  const path = 'spec.validationActions';
  if (given.length === 0) to.required(path, 'at least one validation action is required');
  for (const [index, action] of given.entries()) {
    if (!actions.includes(action)) to.notSupported(`${path}[${index}]`, action, actions);
    else if (given.indexOf(action) < index) to.duplicate(`${path}[${index}]`, action);
  }
  if (given.includes('Deny') && given.includes('Warn'))
    to.invalid(
      path,
      given,
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    );
}
