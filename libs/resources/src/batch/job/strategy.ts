import type { Strategy } from '@skiff/apimachinery';
import type { batchv1 } from '@skiff/contracts';

const uidLabel = 'batch.kubernetes.io/controller-uid';

const nameLabel = 'batch.kubernetes.io/job-name';

/** A Job selects its own pods by its identity, unless its owner wants to select them by hand. Validation finds labels that contradict it. */
function selectOwnPods(job: batchv1.Job): void {
  const { uid = '', name = '' } = job.metadata ?? {};
  const { spec } = job;
  if (!spec || spec.manualSelector) return;
  const template = (spec.template ??= {});
  const own = { 'controller-uid': uid, 'job-name': name, [uidLabel]: uid, [nameLabel]: name };
  template.metadata = { ...template.metadata, labels: { ...own, ...template.metadata?.labels } };
  spec.selector = { ...spec.selector, matchLabels: { [uidLabel]: uid, ...spec.selector?.matchLabels } };
}

export const jobStrategy: Strategy<batchv1.Job> = { prepareForCreate: selectOwnPods };
