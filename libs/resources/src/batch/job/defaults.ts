import type { batchv1 } from '@skiff/contracts';
import { defaultTemplate } from '../../core/pod-template/defaults';

export function defaultJob({ metadata, spec }: batchv1.Job): void {
  if (!spec) return;
  const manyAtOnce = spec.completions === undefined && spec.parallelism === undefined;
  if (manyAtOnce) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  if (metadata && spec.template?.metadata?.labels) metadata.labels ??= { ...spec.template.metadata.labels };
  defaultTemplate(spec.template);
}
