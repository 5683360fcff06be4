import {
  also,
  child,
  dns1123Label,
  type ErrorList,
  immutable,
  validateDomainPath,
  type Validation,
} from '@skiff/apimachinery';
import type { networkingv1 } from '@skiff/contracts';
import { validateReference } from '../reference-validation';

const longestController = 250;

const scopes = ['Cluster', 'Namespace'];

function validateParameters(
  parameters: networkingv1.IngressClassParametersReference,
  path: string,
  to: ErrorList,
): void {
  validateReference(parameters, path, to);
  const { scope, namespace } = parameters;
  const at = child(path, 'namespace');
  if (scope === undefined) to.required(child(path, 'scope'));
  else if (!scopes.includes(scope)) to.notSupported(child(path, 'scope'), scope, scopes);
  else if (scope === 'Cluster') {
    if (namespace !== undefined) to.forbidden(at, "`parameters.scope` is set to 'Cluster'");
  } else if (namespace === undefined) to.required(at, "`parameters.scope` is set to 'Namespace'");
  else to.all(at, namespace, dns1123Label(namespace));
}

/** Rules of an IngressClass. Upstream: ValidateIngressClass. */
export function validateIngressClass({ spec = {} }: networkingv1.IngressClass, to: ErrorList): void {
  const { controller = '', parameters } = spec;
  if (Buffer.byteLength(controller) > longestController) to.tooLong('spec.controller', longestController);
  validateDomainPath(controller, 'spec.controller', to);
  if (parameters) validateParameters(parameters, 'spec.parameters', to);
}

export function fixedController(
  { spec }: networkingv1.IngressClass,
  { spec: before }: networkingv1.IngressClass,
  to: ErrorList,
): void {
  immutable(spec?.controller, before?.controller, 'spec.controller', to);
}

export const ingressClassValidation: Validation<networkingv1.IngressClass> = {
  create: validateIngressClass,
  update: also(validateIngressClass, fixedController),
};
