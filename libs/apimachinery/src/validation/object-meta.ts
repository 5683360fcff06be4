import type { metav1 } from '@skiff/contracts';
import { jsonEqual } from '../patch/json';
import { asPrefix, dns1123Subdomain, pathSegment, qualifiedName, validLabelValue, type NameRule } from './names';
import { child, type ErrorList } from '../field-errors/error-list';

const annotationLimit = 256 * 1024;
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
  to: ErrorList,
): void {
  to.unlessFine(labels, (all) => {
    for (const key of Object.keys(all)) {
      const value = all[key] ?? '';
      to.all(path, key, qualifiedName(key));
      to.all(path, value, validLabelValue(value));
    }
  });
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  to: ErrorList,
): void {
  to.unlessFine(annotations, (all) => {
    let size = 0;
    for (const key of Object.keys(all)) {
      to.all(path, key, qualifiedName(key.toLowerCase()));
      size += Buffer.byteLength(key) + Buffer.byteLength(all[key] ?? '');
    }
    if (size > annotationLimit) to.tooLong(path, annotationLimit);
  });
}

/** Rules of every object's metadata; upstream's ValidateObjectMeta. */
export function validateObjectMeta(
  meta: metav1.ObjectMeta | undefined,
  namespaced: boolean,
  nameRule: NameRule,
  path: string,
  to: ErrorList,
): void {
  const { name = '', generateName = '', namespace = '', generation = 0 } = meta ?? {};
  if (generateName !== '') to.all(child(path, 'generateName'), generateName, nameRule(asPrefix(generateName)));
  if (name === '') {
    if (generateName === '') to.required(child(path, 'name'), 'name or generateName is required');
  } else to.all(child(path, 'name'), name, nameRule(name));
  if (namespaced) {
    if (namespace === '') to.required(child(path, 'namespace'));
  } else if (namespace !== '') to.forbidden(child(path, 'namespace'), 'not allowed on this type');
  if (generation < 0) to.invalid(child(path, 'generation'), generation, 'must be greater than or equal to 0');
  validateLabels(meta?.labels, child(path, 'labels'), to);
  validateAnnotations(meta?.annotations, child(path, 'annotations'), to);
  validateOwners(meta?.ownerReferences, child(path, 'ownerReferences'), to);
  for (const finalizer of meta?.finalizers ?? [])
    to.all(child(path, 'finalizers'), finalizer, qualifiedName(finalizer));
}

function requireOwner(finalizer: string, path: string, to: ErrorList): void {
  if (!finalizer.includes('/') && !standardFinalizers.has(finalizer))
    to.invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
}

/** A finalizer outside of metadata. Upstream: validateFinalizerName. */
export function validateFinalizer(finalizer: string, path: string, to: ErrorList): void {
  to.all(path, finalizer, qualifiedName(finalizer));
  requireOwner(finalizer, path, to);
}

/** Finalizers are qualified, but for those that Kubernetes has itself. */
export function validateFinalizers(meta: metav1.ObjectMeta | undefined, path: string, to: ErrorList): void {
  for (const [index, finalizer] of (meta?.finalizers ?? []).entries())
    requireOwner(finalizer, `${child(path, 'finalizers')}[${index}]`, to);
}

function validateOwners(
  owners: readonly metav1.OwnerReference[] | null | undefined,
  path: string,
  to: ErrorList,
): void {
  to.unlessFine(owners, (all) => validateEachOwner(all, path, to));
}

function validateEachOwner(owners: readonly metav1.OwnerReference[], path: string, to: ErrorList): void {
  let controller: string | undefined;
  for (const owner of owners) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
    if (!/^[^/]+(\/[^/]+)?$/.test(apiVersion) && apiVersion !== '')
      to.invalid(child(path, 'apiVersion'), apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
    if (apiVersion === '') to.invalid(child(path, 'apiVersion'), apiVersion, 'version must not be empty');
    if (kind === '') to.invalid(child(path, 'kind'), kind, 'must not be empty');
    if (name === '') to.invalid(child(path, 'name'), name, 'must not be empty');
    if (uid === '') to.invalid(child(path, 'uid'), uid, 'must not be empty');
    if (apiVersion === 'v1' && kind === 'Event')
      to.invalid(path, owner, '/v1, Kind=Event is disallowed from being an owner');
    if (owner.controller) {
      const described = `${kind}/${name}`;
      if (controller !== undefined)
        to.invalid(
          path,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${described}`,
        );
      else controller = described;
    }
  }
}

/** Rules of a change to metadata; upstream's ValidateObjectMetaUpdate. */
export function validateObjectMetaUpdate(
  meta: metav1.ObjectMeta | undefined,
  old: metav1.ObjectMeta | undefined,
  path: string,
  to: ErrorList,
): void {
  if (old?.deletionTimestamp) {
    const before = new Set(old.finalizers ?? []);
    const added = (meta?.finalizers ?? []).filter((finalizer) => !before.has(finalizer)).sort();
    if (added.length > 0)
      to.forbidden(
        child(path, 'finalizers'),
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added
          .map((name) => JSON.stringify(name))
          .join(', ')}}`,
      );
  }
  immutable(meta?.name, old?.name, child(path, 'name'), to);
  immutable(meta?.namespace, old?.namespace, child(path, 'namespace'), to);
  immutable(meta?.uid, old?.uid, child(path, 'uid'), to);
  immutable(meta?.creationTimestamp, old?.creationTimestamp, child(path, 'creationTimestamp'), to);
  validateDeletionUpdate(meta, old, path, to);
  validateLabels(meta?.labels, child(path, 'labels'), to);
  validateAnnotations(meta?.annotations, child(path, 'annotations'), to);
  validateOwners(meta?.ownerReferences, child(path, 'ownerReferences'), to);
}

/** Only a deletion marks an object for deletion. */
function validateDeletionUpdate(
  meta: metav1.ObjectMeta | undefined,
  old: metav1.ObjectMeta | undefined,
  path: string,
  to: ErrorList,
): void {
  const { deletionTimestamp: time, deletionGracePeriodSeconds: grace } = meta ?? {};
  if (time !== old?.deletionTimestamp)
    to.invalidWhole(child(path, 'deletionTimestamp'), `${printTime(time)}: field is immutable`);
  immutable(grace, old?.deletionGracePeriodSeconds, child(path, 'deletionGracePeriodSeconds'), to);
}

/** A time as Go prints it. */
const printTime = (time: string | undefined): string =>
  time === undefined ? '"null"' : `${time.slice(0, 10)} ${time.slice(11, 19)} +0000 UTC`;

/** A field that never changes; one that is no longer there is shown as upstream shows pointers to nothing. */
export function immutable(value: unknown, old: unknown, path: string, to: ErrorList): void {
  if (!same(value, old)) to.invalid(path, value ?? 'null', 'field is immutable');
}

/** Equal but for the difference between what is absent and what is empty. */
export function same(a: unknown, b: unknown): boolean {
  return jsonEqual((a ?? null) as never, (b ?? null) as never);
}

/** The rule for names of kinds that have none of their own. */
export const defaultNameRule: NameRule = dns1123Subdomain;

/** For RBAC objects: whatever a path may hold. */
export const pathSegmentNameRule: NameRule = pathSegment;
