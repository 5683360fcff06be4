import { isEmptySet, self, type FieldSet } from './field-set';

/** Fields of metadata that belong to nobody. */
const unowned = [
  'name',
  'namespace',
  'creationTimestamp',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
];

/** Takes out of a set what belongs to nobody. */
export function strip(set: FieldSet): void {
  delete set['f:apiVersion'];
  delete set['f:kind'];
  const { [self]: _, ...metadata } = set['f:metadata'] ?? {};
  for (const name of unowned) delete metadata[`f:${name}`];
  if (isEmptySet(metadata)) delete set['f:metadata'];
  else set['f:metadata'] = metadata;
}
