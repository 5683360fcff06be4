import type { nodev1 } from '@skiff/contracts';
import { warningsForNodeSelector } from '../../core/node/label-warnings';

/** Upstream: pkg/api/node. */
export function warningsForRuntimeClass({ scheduling }: nodev1.RuntimeClass): string[] {
  return warningsForNodeSelector(scheduling?.nodeSelector, 'scheduling.nodeSelector');
}
