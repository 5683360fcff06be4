import { ErrorList } from '@skiff/apimachinery';
import type { authorizationv1, metav1 } from '@skiff/contracts';

/** What all access reviews ask. */
export type AccessSpec = Pick<authorizationv1.SubjectAccessReviewSpec, 'resourceAttributes' | 'nonResourceAttributes'>;

/**
 * Throws Invalid for a review that does not say who may do what.
 *
 * Upstream: pkg/apis/authorization/validation/validation.go.
 *
 * @param namespace of a LocalSubjectAccessReview; empty for a SubjectAccessReview.
 */
export function requireSubjectReview({ metadata, spec }: authorizationv1.SubjectAccessReview, namespace: string): void {
  const problems = new ErrorList();
  validateAccess(spec, problems, () => {
    if (!spec?.user && !spec?.groups?.length)
      problems.invalid('spec.user', '', 'at least one of user or group must be specified');
  });
  const said = saidOf(metadata);
  if (namespace) delete said.namespace;
  if (Object.keys(said).length > 0)
    problems.invalid('metadata', said, namespace ? 'must be empty except for namespace' : 'must be empty');
  if (namespace) validateLocal(spec, namespace, problems);
  raise(problems);
}

/** Throws Invalid for a review that does not say what its user may do. */
export function requireSelfReview({ metadata, spec }: authorizationv1.SelfSubjectAccessReview): void {
  const problems = new ErrorList();
  validateAccess(spec, problems);
  const said = saidOf(metadata);
  if (Object.keys(said).length > 0) problems.invalid('metadata', said, 'must be empty');
  raise(problems);
}

/** Metadata but for who owns its fields, which the server adds. */
function saidOf(metadata: metav1.ObjectMeta | undefined): metav1.ObjectMeta {
  const said = { ...metadata };
  delete said.managedFields;
  return said;
}

function validateAccess(spec: AccessSpec | undefined, to: ErrorList, validateSubject?: () => void): void {
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec ?? {};
  if (resource && other)
    to.invalid(
      'spec.nonResourceAttributes',
      shown(other),
      'cannot be specified in combination with resourceAttributes',
    );
  if (!resource && !other)
    to.invalid(
      'spec.resourceAttributes',
      'null',
      'exactly one of nonResourceAttributes or resourceAttributes must be specified',
    );
  validateSubject?.();
  for (const name of ['fieldSelector', 'labelSelector'] as const)
    validateSelector(resource?.[name], `spec.resourceAttributes.${name}`, to);
}

function validateSelector(
  selector: authorizationv1.FieldSelectorAttributes | authorizationv1.LabelSelectorAttributes | undefined,
  path: string,
  to: ErrorList,
): void {
  if (!selector) return;
  const { rawSelector = '', requirements } = selector;
  if (rawSelector !== '' && requirements?.length)
    to.invalid(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements');
  if (rawSelector === '' && !requirements?.length)
    to.required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`);
}

function validateLocal(spec: AccessSpec | undefined, namespace: string, to: ErrorList): void {
  const { resourceAttributes: resource, nonResourceAttributes: other } = spec ?? {};
  if (resource && resource.namespace !== namespace)
    to.invalid('spec.resourceAttributes.namespace', resource.namespace ?? '', 'must match metadata.namespace');
  if (other) to.invalid('spec.nonResourceAttributes', shown(other), 'disallowed on this kind of request');
}

/** Upstream shows its internal type, whose fields have no JSON names. */
const shown = ({ path = '', verb = '' }: authorizationv1.NonResourceAttributes): object => ({ Path: path, Verb: verb });

/** A review has no name, and upstream's internal one not even a kind. */
function raise(problems: ErrorList): void {
  const error = problems.toError({ group: 'authorization.k8s.io', kind: '' }, '');
  if (error) throw error;
}
