import type { metav1 } from '@skiff/contracts';
import { forbidden, invalidValue, quoted, type FieldError } from './field-error';
import { asErrors, labelValueProblems, qualifiedNameProblems } from './names';

const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);
const longestAnnotations = 256 * 1024;

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...asErrors(field, key, qualifiedNameProblems(key)),
    ...asErrors(field, value, labelValueProblems(value)),
  ]);
}

/** What metadata must be whatever the kind, its name aside. */
export function validateMetadata(metadata: metav1.ObjectMeta | undefined): FieldError[] {
  const { labels, annotations, finalizers, ownerReferences } = metadata ?? {};
  const annotationErrors = Object.keys(annotations ?? {}).flatMap((key) =>
    asErrors('metadata.annotations', key, qualifiedNameProblems(key.toLowerCase())),
  );
  const size = Object.entries(annotations ?? {}).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (size > longestAnnotations)
    annotationErrors.push({
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${longestAnnotations} bytes`,
      field: 'metadata.annotations',
    });
  return [
    ...validateLabels(labels, 'metadata.labels'),
    ...annotationErrors,
    ...(ownerReferences ?? []).flatMap(validateOwner),
    ...(finalizers ?? []).flatMap(validateFinalizer),
  ];
}

function validateFinalizer(name: string, index: number): FieldError[] {
  const field = `metadata.finalizers[${index}]`;
  const problems = qualifiedNameProblems(name);
  if (problems.length) return asErrors(field, name, problems);
  return name.includes('/') || standardFinalizers.has(name)
    ? []
    : [invalidValue(field, quoted(name), 'name is neither a standard finalizer name nor is it fully qualified')];
}

function validateOwner(owner: metav1.OwnerReference, index: number): FieldError[] {
  const field = `metadata.ownerReferences[${index}]`;
  return (['apiVersion', 'kind', 'name', 'uid'] as const)
    .filter((name) => !owner[name])
    .map((name) => invalidValue(`${field}.${name}`, '""', name === 'apiVersion' ? 'version must not be empty' : 'must not be empty'));
}

/** What an update may not do to metadata. */
export function validateMetadataUpdate(
  metadata: metav1.ObjectMeta | undefined,
  old: metav1.ObjectMeta | undefined,
): FieldError[] {
  if (!old?.deletionTimestamp) return [];
  const added = (metadata?.finalizers ?? []).filter((name) => !old.finalizers?.includes(name));
  if (added.length === 0) return [];
  const list = `[]string{${added.map(quoted).join(', ')}}`;
  return [
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    ),
  ];
}

