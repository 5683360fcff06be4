import type { metav1 } from '@skiff/contracts';
import { contains, difference, isEmptySet, type FieldSet } from './field-set';
import { fieldsOfEntry, order } from './manager-entries';

/** The field that an object and a view of it have in common, by the path in each, as names joined by dots. */
export interface SharedField {
  readonly ofObject: string;
  readonly ofView: string;
}

type Entries = readonly metav1.ManagedFieldsEntry[];

/**
 * Who of an object's managers manages what a view shows of it.
 * @param apiVersion of the view.
 * Upstream: pkg/util/managedfields/scalehandler.go of apimachinery.
 */
export const managersOfView = (
  entries: Entries,
  { ofObject, ofView }: SharedField,
  apiVersion: string,
): metav1.ManagedFieldsEntry[] =>
  entries
    .filter((entry) => contains(fieldsOfEntry(entry), setOf(ofObject)))
    .map((entry) => ({ ...entry, apiVersion, fieldsV1: setOf(ofView) }));

/**
 * The managers of an object after those of its view have changed: who has the field no more loses it, and who is new
 * gets it, without a time.
 * @param apiVersion of the object.
 */
export function managersOfObject(
  entries: Entries,
  ofView: Entries,
  { ofObject }: SharedField,
  apiVersion: string,
): metav1.ManagedFieldsEntry[] | undefined {
  const field = setOf(ofObject);
  const had = entries.filter((entry) => contains(fieldsOfEntry(entry), field));
  const has = (entry: metav1.ManagedFieldsEntry): boolean => ofView.some((one) => sameName(one, entry));
  const kept = entries
    .map((entry) => (!had.includes(entry) || has(entry) ? entry : withoutFields(entry, field)))
    .filter((entry) => !isEmptySet(fieldsOfEntry(entry)));
  const added = ofView
    .filter((entry) => !had.some((one) => sameName(one, entry)))
    .map(({ time: _, ...entry }) => ({ ...entry, apiVersion, fieldsV1: field }));
  return kept.length + added.length > 0 ? order([...kept, ...added]) : undefined;
}

const withoutFields = (entry: metav1.ManagedFieldsEntry, fields: FieldSet): metav1.ManagedFieldsEntry => ({
  ...entry,
  fieldsV1: difference(fieldsOfEntry(entry), fields),
});

/** Whether two are one manager, in whatever version each names its fields. */
const sameName = (a: metav1.ManagedFieldsEntry, b: metav1.ManagedFieldsEntry): boolean =>
  a.manager === b.manager && a.operation === b.operation && (a.subresource ?? '') === (b.subresource ?? '');

const setOf = (path: string): FieldSet =>
  path.split('.').reduceRight<FieldSet>((below, name) => ({ [`f:${name}`]: below }), {});
