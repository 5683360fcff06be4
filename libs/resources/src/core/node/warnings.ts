import type { corev1 } from '@skiff/contracts';
import { warningsForRange } from '../../networking/address-warnings';

/** Upstream: fieldIsDeprecatedWarnings of pkg/registry/core/node. */
export function warningsForNode({ spec = {} }: corev1.Node): string[] {
  return [
    ...(spec.configSource ? ['spec.configSource: deprecated in v1.22, support removal is planned in v1.23'] : []),
    ...(spec.externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : []),
    ...(spec.podCIDRs ?? []).flatMap((range, index) => warningsForRange(`spec.podCIDRs[${index}]`, range)),
  ];
}
