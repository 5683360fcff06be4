import type { Resource } from '../resource/resource';
import type { FieldSet } from './field-set';

/**
 * What of an object a write through a subresource cannot change, so that who applies it does not own it: the status,
 * or, where that alone is written, what is specified.
 * Upstream: GetResetFields of the strategies in pkg/registry.
 *
 * @param subresource empty for the object itself.
 */
export function resetFields({ subresources, hasStatus, strategy }: Resource, subresource: string): FieldSet {
  const through = subresources.get(subresource);
  const writes = through?.type === 'object' ? through.writes : 'object';
  if (writes === 'object') return hasStatus ? { 'f:status': {} } : {};
  if (writes === 'both') return {};
  const kept = (strategy.keptByStatus ?? []).map((name): [string, FieldSet] => [`f:${name}`, {}]);
  return { 'f:spec': {}, ...(kept.length > 0 ? { 'f:metadata': Object.fromEntries(kept) } : {}) };
}
