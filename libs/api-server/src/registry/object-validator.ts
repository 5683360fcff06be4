import type { Kind } from '@skiff/contracts';
import type { ApiObject } from '../pipeline/admission';
import { invalid, type Cause } from './errors';
import { validateObject, validateObjectUpdate } from '@skiff/api';
import { sameValue } from './same-value';
import type { Validator } from './validator';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainText =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/** Names of these resources may hold characters that no host name has. */
const freeNames = new Set(['rbac.authorization.k8s.io', 'authorization.k8s.io', 'authentication.k8s.io']);

/** Refuses objects that break the rules of their kind. */
export const objectValidator: Validator = {
  validateCreate(kind, object) {
    const causes = [...nameCauses(kind, object), ...validateObject(kind, object)];
    if (causes.length) throw invalid(kind, object.metadata?.name ?? '', causes);
  },
  validateUpdate(kind, object, old, subresource) {
    // A status has no rules of its own yet, and nothing else of the object can change with it.
    if (subresource === 'status' || subresource === 'binding') return;
    const causes = validateObjectUpdate(kind, object, old, sameValue);
    if (causes.length) throw invalid(kind, object.metadata?.name ?? '', causes);
  },
};

function nameCauses(kind: Kind<ApiObject>, object: ApiObject): Cause[] {
  const name = object.metadata?.name ?? '';
  const field = 'metadata.name';
  if (!name)
    return [{ reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field }];
  if (freeNames.has(kind.group))
    return /[/%]/.test(name) || name === '.' || name === '..'
      ? [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(name)}: may not contain '/'`, field }]
      : [];
  const [pattern, text, longest] =
    kind.plural === 'namespaces' || kind.plural === 'services'
      ? ([label, labelText, 63] as const)
      : ([subdomain, subdomainText, 253] as const);
  const causes: Cause[] = [];
  if (name.length > longest)
    causes.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(name)}: must be no more than ${longest} characters`,
      field,
    });
  if (!pattern.test(name))
    causes.push({ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(name)}: ${text}`, field });
  return causes;
}
