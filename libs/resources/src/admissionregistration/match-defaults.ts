import type { admissionregistrationv1 } from '@skiff/contracts';

/** Upstream: pkg/apis/admissionregistration/v1/defaults.go. */
export function defaultMatchResources(match: admissionregistrationv1.MatchResources): void {
  match.matchPolicy ??= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [...(match.resourceRules ?? []), ...(match.excludeResourceRules ?? [])]) rule.scope ??= '*';
}
