import type { appsv1 } from '@skiff/contracts';
import { defaultTemplate } from '../../core/pod-template/defaults';

export function defaultReplicaSet({ spec }: appsv1.ReplicaSet): void {
  if (!spec) return;
  spec.replicas ??= 1;
  defaultTemplate(spec.template);
}
