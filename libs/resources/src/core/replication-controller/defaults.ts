import type { corev1 } from '@skiff/contracts';
import { defaultTemplate } from '../pod-template/defaults';

export function defaultReplicationController({ metadata, spec }: corev1.ReplicationController): void {
  if (!spec) return;
  const labels = spec.template?.metadata?.labels;
  if (labels) {
    spec.selector ??= { ...labels };
    if (metadata) metadata.labels ??= { ...labels };
  }
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}
