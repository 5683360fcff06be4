import type { flowcontrolv1 } from '@skiff/contracts';

/** Upstream: pkg/apis/flowcontrol/v1/defaults.go. */
export function defaultFlowSchema(schema: flowcontrolv1.FlowSchema): void {
  if (schema.spec) schema.spec.matchingPrecedence ||= 1_000;
}
