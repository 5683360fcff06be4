import type { appsv1, batchv1, corev1, metav1 } from '@skiff/contracts';
import { dns1123Label } from '@skiff/apimachinery';
import { warningsForPodSpec } from './pod';
import { warningsForClaimSpec } from './storage';

interface Named {
  readonly metadata?: metav1.ObjectMeta | undefined;
}

/** Names of more than a label are allowed, and make odd names of hosts. */
function warningsForName({ metadata }: Named, use: string): string[] {
  const found = dns1123Label(metadata?.name ?? '');
  if (found.length === 0) return [];
  return [
    `metadata.name: this is used in ${use}, which can result in surprising behavior; a DNS label is recommended: [${found.join(' ')}]`,
  ];
}

const hosts = 'Pod names and hostnames';

export const warningsForTemplate = (template: corev1.PodTemplateSpec | undefined, path: string): string[] =>
  warningsForPodSpec(template?.spec ?? {}, template?.metadata, path);

/** Nothing is told of changes, which programs make most of the time. */
export function warningsForPod(pod: corev1.Pod, old: corev1.Pod | undefined): string[] {
  if (old) return [];
  return [...warningsForName(pod, "the Pod's hostname"), ...warningsForPodSpec(pod.spec ?? {}, pod.metadata, '')];
}

interface Templated extends Named {
  readonly spec?: { readonly template?: corev1.PodTemplateSpec | undefined } | undefined;
}

/** Whether an object is new, or something else is asked of it than before. */
const asksAnew = ({ metadata }: Named, old: Named | undefined): boolean =>
  !old || metadata?.generation !== old.metadata?.generation;

/** Of Deployments, ReplicaSets and ReplicationControllers. */
export function warningsForReplicated(object: Templated, old: Templated | undefined): string[] {
  return [...(old ? [] : warningsForName(object, hosts)), ...warningsForDaemonSet(object, old)];
}

export function warningsForDaemonSet(object: Templated, old: Templated | undefined): string[] {
  return asksAnew(object, old) ? warningsForTemplate(object.spec?.template, 'spec.template') : [];
}

export function warningsForStatefulSet(set: appsv1.StatefulSet, old: appsv1.StatefulSet | undefined): string[] {
  const { volumeClaimTemplates, revisionHistoryLimit = 0 } = set.spec ?? {};
  if (!asksAnew(set, old)) return [];
  return [
    ...warningsForDaemonSet(set, old),
    ...(volumeClaimTemplates ?? []).flatMap(({ spec }, index) =>
      warningsForClaimSpec(spec, `spec.volumeClaimTemplates[${index}]`),
    ),
    ...(revisionHistoryLimit < 0
      ? ['spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended']
      : []),
  ];
}

const manyCompletions = 100_000;
const muchParallelism = 10_000;

function warningsForJobSpec(spec: batchv1.JobSpec, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec;
  const isHuge = completionMode === 'Indexed' && completions > manyCompletions && parallelism > muchParallelism;
  return [
    ...(isHuge
      ? [
          `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
        ]
      : []),
    ...warningsForTemplate(template, `${path}.template`),
  ];
}

/** Upstream: pkg/api/job/warnings.go. */
export function warningsForJob(job: batchv1.Job, old: batchv1.Job | undefined): string[] {
  return [
    ...(old ? [] : warningsForName(job, hosts)),
    ...(asksAnew(job, old) ? warningsForJobSpec(job.spec ?? {}, 'spec') : []),
  ];
}

export function warningsForCronJob(cronJob: batchv1.CronJob, old: batchv1.CronJob | undefined): string[] {
  return [
    ...(old ? [] : warningsForName(cronJob, hosts)),
    ...(asksAnew(cronJob, old)
      ? warningsForJobSpec(cronJob.spec?.jobTemplate?.spec ?? {}, 'spec.jobTemplate.spec')
      : []),
    ...(cronJob.spec?.schedule?.includes('TZ')
      ? [
          'cannot use TZ or CRON_TZ in spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs for more details',
        ]
      : []),
  ];
}
