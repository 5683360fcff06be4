import { child, pathSegmentNameRule, dns1035Label, validateObjectMeta, type ErrorList } from '@skiff/apimachinery';
import type { metav1 } from '@skiff/contracts';
import { isFields, type Fields, type Structure } from '../structure/structure';

/**
 * Holds the objects of Kubernetes that are embedded in a value to what every object has.
 * Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go.
 */
export function validateEmbedded(value: unknown, structure: Structure, path: string, to: ErrorList): void {
  if (!structure.hasEmbedded) return;
  if (Array.isArray(value)) {
    const { items } = structure;
    if (items) for (const [index, item] of value.entries()) validateEmbedded(item, items, `${path}[${index}]`, to);
    return;
  }
  if (!isFields(value)) return;
  if (structure.embedded) validateObject(value, path, to);
  for (const name of Object.keys(value)) {
    const named = structure.properties.get(name);
    const below = named ?? structure.additional;
    if (below) validateEmbedded(value[name], below, named ? child(path, name) : `${path}[${name}]`, to);
  }
}

function validateObject(object: Fields, path: string, to: ErrorList): void {
  for (const name of ['apiVersion', 'kind']) if (!(name in object)) to.required(child(path, name));
  const { apiVersion, kind, metadata } = object;
  if (apiVersion === '') to.invalid(child(path, 'apiVersion'), '', 'must not be empty');
  else if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2)
    to.invalid(child(path, 'apiVersion'), apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  if (kind === '') to.invalid(child(path, 'kind'), '', 'must not be empty');
  else if (typeof kind === 'string') {
    const problems = dns1035Label(kind.toLowerCase());
    if (problems.length > 0)
      to.invalid(child(path, 'kind'), kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`);
  }
  if (isFields(metadata)) validateMetadata(metadata as metav1.ObjectMeta, child(path, 'metadata'), to);
}

/** It need have no name, and may be of any scope. */
function validateMetadata(metadata: metav1.ObjectMeta, path: string, to: ErrorList): void {
  const named = metadata.name ? metadata : { ...metadata, name: 'fakename' };
  validateObjectMeta(named, Boolean(metadata.namespace), pathSegmentNameRule, path, to);
}
