import type { appsv1, autoscalingv1, batchv1, corev1, policyv1 } from '@skiff/contracts';
import {
  formatLabelSelector,
  ageColumn,
  ageOf,
  column,
  nameColumn,
  nameOf,
  pairs,
  age,
  humanDuration,
} from '@skiff/apimachinery';
import { containersOf, printer, workloadColumns, type Printer } from './columns';

const integer = { type: 'integer' };

export const workloadPrinters: readonly Printer[] = [
  printer<appsv1.Deployment>(
    'apps/deployments',
    [
      nameColumn,
      column('Ready', 'Ready pods of those wanted.'),
      column('Up-to-date', 'Pods of the newest template.'),
      column('Available', 'Pods that have been ready long enough.'),
      ageColumn,
      ...workloadColumns,
    ],
    (deployment, now) => {
      const { spec, status } = deployment;
      return [
        nameOf(deployment),
        `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
        status?.updatedReplicas ?? 0,
        status?.availableReplicas ?? 0,
        ageOf(deployment, now),
        ...containersOf(spec?.template),
        formatLabelSelector(spec?.selector),
      ];
    },
  ),
  printer<appsv1.ReplicaSet>(
    'apps/replicasets',
    [
      nameColumn,
      column('Desired', 'Pods that are wanted.', { type: 'integer' }),
      column('Current', 'Pods that exist.', { type: 'integer' }),
      column('Ready', 'Pods that are ready.', { type: 'integer' }),
      ageColumn,
      ...workloadColumns,
    ],
    (set, now) => [
      nameOf(set),
      set.spec?.replicas ?? 0,
      set.status?.replicas ?? 0,
      set.status?.readyReplicas ?? 0,
      ageOf(set, now),
      ...containersOf(set.spec?.template),
      formatLabelSelector(set.spec?.selector),
    ],
  ),
  printer<appsv1.StatefulSet>(
    'apps/statefulsets',
    [nameColumn, column('Ready', 'Ready pods of those wanted.'), ageColumn, ...workloadColumns.slice(0, 2)],
    (set, now) => [
      nameOf(set),
      `${set.status?.readyReplicas ?? 0}/${set.spec?.replicas ?? 0}`,
      ageOf(set, now),
      ...containersOf(set.spec?.template),
    ],
  ),
  printer<appsv1.DaemonSet>(
    'apps/daemonsets',
    [
      nameColumn,
      ...['Desired', 'Current', 'Ready', 'Up-to-date', 'Available'].map((name) =>
        column(name, `Nodes that run its pod: ${name.toLowerCase()}.`, { type: 'integer' }),
      ),
      column('Node Selector', 'Which nodes run it.'),
      ageColumn,
      ...workloadColumns,
    ],
    (set, now) => {
      const { spec, status } = set;
      return [
        nameOf(set),
        status?.desiredNumberScheduled ?? 0,
        status?.currentNumberScheduled ?? 0,
        status?.numberReady ?? 0,
        status?.updatedNumberScheduled ?? 0,
        status?.numberAvailable ?? 0,
        pairs(spec?.template?.spec?.nodeSelector),
        ageOf(set, now),
        ...containersOf(spec?.template),
        formatLabelSelector(spec?.selector),
      ];
    },
  ),
  printer<batchv1.Job>(
    'batch/jobs',
    [
      nameColumn,
      column('Status', 'What the job is doing.'),
      column('Completions', 'Completed pods of those wanted.'),
      column('Duration', 'How long it has run.'),
      ageColumn,
      ...workloadColumns,
    ],
    (job, now) => {
      const { spec, status } = job;
      const is = (type: string): boolean =>
        status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
      const state = is('Complete')
        ? 'Complete'
        : is('Failed')
          ? 'Failed'
          : job.metadata?.deletionTimestamp
            ? 'Terminating'
            : is('Suspended')
              ? 'Suspended'
              : is('FailureTarget')
                ? 'FailureTarget'
                : is('SuccessCriteriaMet')
                  ? 'SuccessCriteriaMet'
                  : 'Running';
      const wanted = spec?.completions ?? ((spec?.parallelism ?? 0) > 1 ? `1 of ${spec?.parallelism}` : 1);
      const end = status?.completionTime ? Date.parse(status.completionTime) : now;
      return [
        nameOf(job),
        state,
        `${status?.succeeded ?? 0}/${wanted}`,
        status?.startTime ? humanDuration(end - Date.parse(status.startTime)) : '',
        ageOf(job, now),
        ...containersOf(spec?.template),
        formatLabelSelector(spec?.selector),
      ];
    },
  ),
  printer<batchv1.CronJob>(
    'batch/cronjobs',
    [
      nameColumn,
      column('Schedule', 'When it runs.'),
      column('Timezone', 'The time zone of its schedule.'),
      column('Suspend', 'Whether it pauses.'),
      column('Active', 'Jobs that run now.', integer),
      column('Last Schedule', 'Time since it ran last.'),
      ageColumn,
      ...workloadColumns,
    ],
    (cron, now) => {
      const { spec, status } = cron;
      return [
        nameOf(cron),
        spec?.schedule ?? '',
        spec?.timeZone ?? '<none>',
        spec?.suspend ? 'True' : 'False',
        status?.active?.length ?? 0,
        status?.lastScheduleTime ? age(status.lastScheduleTime, now) : '<none>',
        ageOf(cron, now),
        ...containersOf(spec?.jobTemplate?.spec?.template),
        formatLabelSelector(spec?.jobTemplate?.spec?.selector),
      ];
    },
  ),
  printer<corev1.ReplicationController>(
    '/replicationcontrollers',
    [
      nameColumn,
      column('Desired', 'Pods that are wanted.', integer),
      column('Current', 'Pods that exist.', integer),
      column('Ready', 'Pods that are ready.', integer),
      ageColumn,
      ...workloadColumns,
    ],
    (controller, now) => [
      nameOf(controller),
      controller.spec?.replicas ?? 0,
      controller.status?.replicas ?? 0,
      controller.status?.readyReplicas ?? 0,
      ageOf(controller, now),
      ...containersOf(controller.spec?.template),
      pairs(controller.spec?.selector),
    ],
  ),
  printer<corev1.PodTemplate>(
    '/podtemplates',
    [
      nameColumn,
      column('Containers', 'Names of the containers of its pods.'),
      column('Images', 'Images of the containers of its pods.'),
      column('Pod Labels', 'Labels of its pods.'),
    ],
    (object) => [nameOf(object), ...containersOf(object.template), pairs(object.template?.metadata?.labels)],
  ),
  printer<appsv1.ControllerRevision>(
    'apps/controllerrevisions',
    [nameColumn, column('Controller', 'Whose revision it is.'), column('Revision', 'Its number.'), ageColumn],
    (revision, now) => {
      const owner = revision.metadata?.ownerReferences?.find(({ controller }) => controller);
      const group = owner?.apiVersion?.includes('/') ? `.${owner.apiVersion.split('/')[0] ?? ''}` : '';
      const controller = owner ? `${(owner.kind ?? '').toLowerCase()}${group}/${owner.name ?? ''}` : '<none>';
      return [nameOf(revision), controller, revision.revision ?? 0, ageOf(revision, now)];
    },
  ),
  printer<policyv1.PodDisruptionBudget>(
    'policy/poddisruptionbudgets',
    [
      nameColumn,
      column('Min Available', 'Pods that have to stay.'),
      column('Max Unavailable', 'Pods that may go.'),
      column('Allowed Disruptions', 'Pods that may go now.', integer),
      ageColumn,
    ],
    (budget, now) => [
      nameOf(budget),
      String(budget.spec?.minAvailable ?? 'N/A'),
      String(budget.spec?.maxUnavailable ?? 'N/A'),
      budget.status?.disruptionsAllowed ?? 0,
      ageOf(budget, now),
    ],
  ),
  printer<autoscalingv1.Scale>(
    'autoscaling/',
    [
      nameColumn,
      column('Desired', 'Pods that are wanted.', integer),
      column('Available', 'Pods that exist.', integer),
      ageColumn,
    ],
    (scale, now) => [nameOf(scale), scale.spec?.replicas ?? 0, scale.status?.replicas ?? 0, ageOf(scale, now)],
  ),
];
