import { Kinds, type batchv1, type corev1 } from '@skiff/contracts';
import { controllerReference } from '../shared/owner-references';
import { podFromTemplate } from '../shared/pod-template';
import { isDeleting, podCondition, timeOf } from '../shared/pods';

/** The finalizer that keeps a pod until it has been counted. */
export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';

/** Annotation and label with the completion index of a pod of an Indexed job. */
export const completionIndex = 'batch.kubernetes.io/job-completion-index';

export function isIndexed(job: batchv1.Job): boolean {
  return job.spec?.completionMode === 'Indexed';
}

/** The completion index of a pod; undefined when it has none that counts. */
export function indexOf(pod: corev1.Pod, completions: number): number | undefined {
  const text = pod.metadata?.annotations?.[completionIndex];
  if (text === undefined || !/^\d+$/.test(text) || Number(text) >= completions) return undefined;
  return Number(text);
}

export function isTracked(pod: corev1.Pod): boolean {
  return pod.metadata?.finalizers?.includes(trackingFinalizer) ?? false;
}

/** Whether replacements wait until a failing pod has really ended. */
export function replacesOnlyFailed(job: batchv1.Job): boolean {
  return job.spec?.podReplacementPolicy === 'Failed' || job.spec?.podFailurePolicy !== undefined;
}

/** Whether a pod counts as failed. Without a policy that says otherwise, one that is being deleted does already. */
export function isFailed(job: batchv1.Job, pod: corev1.Pod): boolean {
  if (pod.status?.phase === 'Failed') return true;
  if (replacesOnlyFailed(job)) return false;
  return isDeleting(pod) && pod.status?.phase !== 'Succeeded';
}

/** When the last container ended that a pod's end waits for; 0 when one still runs. */
function lastContainerEnd({ spec, status }: corev1.Pod): number {
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const names = new Set(sidecars.map(({ name }) => name));
  const ends = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => names.has(name)),
  ].map(({ state }) => timeOf(state?.terminated?.finishedAt));
  return ends.includes(0) ? 0 : Math.max(0, ...ends);
}

/** When a pod ended (milliseconds since the epoch), as far as it can be told. As getFinishedTime. */
export function finishTime(pod: corev1.Pod): number {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, creationTimestamp } = pod.metadata ?? {};
  const containers = lastContainerEnd(pod);
  if (containers > 0) return containers;
  const ready = podCondition(pod, 'Ready');
  if (ready?.status === 'False' && timeOf(ready.lastTransitionTime) > 0) return timeOf(ready.lastTransitionTime);
  if (deletionTimestamp !== undefined) return timeOf(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
  return timeOf(creationTimestamp);
}

const indexVariable = 'JOB_COMPLETION_INDEX';

function withIndexVariable(container: corev1.Container): corev1.Container {
  if (container.env?.some(({ name }) => name === indexVariable)) return container;
  const variable = {
    name: indexVariable,
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndex}']` } },
  };
  return { ...container, env: [...(container.env ?? []), variable] };
}

/** The pod for a job, with its completion index when the job is Indexed, and these annotations. */
export function buildPod(
  job: batchv1.Job,
  index: number | undefined,
  annotations: Readonly<Record<string, string>> = {},
): corev1.Pod {
  const name = job.metadata?.name ?? '';
  const pod = podFromTemplate(job.spec?.template, {
    name: index === undefined ? name : `${name}-${index}`,
    namespace: job.metadata?.namespace,
    reference: controllerReference(Kinds.Job, job),
  });
  const finalizers = [...(pod.metadata?.finalizers ?? []), trackingFinalizer];
  if (index === undefined) return { ...pod, metadata: { ...pod.metadata, finalizers } };
  const mark = { [completionIndex]: String(index) };
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      finalizers,
      labels: { ...pod.metadata?.labels, ...mark },
      annotations: { ...pod.metadata?.annotations, ...mark, ...annotations },
    },
    spec: {
      ...pod.spec,
      hostname: pod.spec?.hostname || `${name}-${index}`,
      ...(pod.spec?.initContainers && { initContainers: pod.spec.initContainers.map(withIndexVariable) }),
      containers: (pod.spec?.containers ?? []).map(withIndexVariable),
    },
  };
}
