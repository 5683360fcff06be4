import {
  dns1035Label,
  dns1123Subdomain,
  pathSegmentNameRule,
  type Check,
  type ErrorList,
  type Validation,
} from '@skiff/apimachinery';
import type { apiregistrationv1 } from '@skiff/contracts';

type APIService = apiregistrationv1.APIService;

const highestGroupPriority = 20_000;
const highestVersionPriority = 1_000;

/** An APIService is named by what it is for. */
function validateName({ metadata, spec }: APIService, to: ErrorList): void {
  const { name } = metadata ?? {};
  // What is no segment of a path has been told already.
  if (!name || pathSegmentNameRule(name).length > 0) return;
  const required = `${spec?.version ?? ''}.${spec?.group ?? ''}`;
  if (name === required) return;
  to.invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(required)}`);
}

function validateGroupVersion({ group = '', version = '' }: apiregistrationv1.APIServiceSpec, to: ErrorList): void {
  if (group === '' && version !== 'v1')
    to.required('spec.group', 'only v1 may have an empty group and it better be legacy kube');
  if (group !== '') to.all('spec.group', group, dns1123Subdomain(group));
  to.all('spec.version', version, dns1035Label(version));
}

function validatePriorities(spec: apiregistrationv1.APIServiceSpec, to: ErrorList): void {
  const { groupPriorityMinimum: group = 0, versionPriority: version = 0 } = spec;
  if (group <= 0 || group > highestGroupPriority)
    to.invalid('spec.groupPriorityMinimum', group, 'must be positive and less than 20000');
  if (version <= 0 || version > highestVersionPriority)
    to.invalid('spec.versionPriority', version, 'must be positive and less than 1000');
}

function validateLocal(spec: apiregistrationv1.APIServiceSpec, to: ErrorList): void {
  const { caBundle, insecureSkipTLSVerify: insecure } = spec;
  if (caBundle?.length)
    to.invalid('spec.caBundle', `${bytesOf(caBundle)} bytes`, 'local APIServices may not have a caBundle');
  if (insecure)
    to.invalid('spec.insecureSkipTLSVerify', insecure, 'local APIServices may not have insecureSkipTLSVerify');
}

const bytesOf = (base64: string): number => Buffer.from(base64, 'base64').length;

function validateService(spec: apiregistrationv1.APIServiceSpec, to: ErrorList): void {
  const { service, caBundle, insecureSkipTLSVerify: insecure } = spec;
  if (!service) return validateLocal(spec, to);
  if (!service.namespace) to.required('spec.service.namespace');
  if (!service.name) to.required('spec.service.name');
  const { port = 0 } = service;
  if (port < 1 || port > 65_535)
    to.invalid('spec.service.port', port, 'port is not valid: must be between 1 and 65535, inclusive');
  if (insecure && caBundle?.length)
    to.invalid('spec.insecureSkipTLSVerify', insecure, 'may not be true if caBundle is present');
}

const validate: Check<APIService> = (object, to) => {
  const spec = object.spec ?? {};
  validateName(object, to);
  validateGroupVersion(spec, to);
  validatePriorities(spec, to);
  validateService(spec, to);
};

const statuses = ['True', 'False', 'Unknown'];

function validateStatus({ status }: APIService, to: ErrorList): void {
  for (const [index, condition] of (status?.conditions ?? []).entries())
    if (!statuses.includes(condition.status ?? ''))
      to.notSupported(`status.conditions[${index}].status`, condition.status ?? '', [...statuses].sort());
}

/** Upstream: staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go. */
export const apiServiceValidation: Validation<APIService> = {
  name: pathSegmentNameRule,
  freeFinalizers: true,
  create: validate,
  subresources: { status: (object, _, to) => validateStatus(object, to) },
};
