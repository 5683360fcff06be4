import type { batchv1, corev1 } from '@skiff/contracts';

const isJob = (object: object): object is batchv1.Job => 'kind' in object && object.kind === 'Job';

const isService = (object: object): object is corev1.Service => 'kind' in object && object.kind === 'Service';

/** Does to an object what the API server does to it before it looks for mistakes. */
export function prepare(object: object): void {
  if (isJob(object)) selectOwnPods(object);
  if (isService(object)) allocate(object);
}

function selectOwnPods({ metadata = {}, spec }: batchv1.Job): void {
  if (!spec?.template) return;
  const { name = '', uid = 'u' } = metadata;
  metadata.uid = uid;
  const label = 'batch.kubernetes.io/controller-uid';
  const own = { 'controller-uid': uid, 'job-name': name, [label]: uid, 'batch.kubernetes.io/job-name': name };
  spec.selector ??= { matchLabels: { [label]: uid } };
  spec.template.metadata = { ...spec.template.metadata, labels: { ...own, ...spec.template.metadata?.labels } };
}

function allocate({ spec = {} }: corev1.Service): void {
  if (spec.clusterIP) spec.clusterIPs ??= [spec.clusterIP];
  if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') spec.healthCheckNodePort ??= 30_000;
}
