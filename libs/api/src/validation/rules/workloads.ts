import { Kinds } from '@skiff/contracts';
import { validateAutoscaler, validateAutoscalerStatus, validateAutoscalerV1 } from '../autoscaling';
import { validateCronJob } from '../batch/cron-job';
import { validateJob, validateJobUpdate } from '../batch/job';
import { validateJobStatusUpdate } from '../batch/job-status';
import { validateDisruptionBudget, validateDisruptionStatus } from '../cluster';
import { dns1123Label } from '@skiff/apimachinery';
import { validateRevision, validateRevisionUpdate } from '../controller-revision';
import { validateStatefulSet, validateStatefulSetUpdate } from '../stateful-set';
import * as status from '../workload-status';
import * as workloads from '../workloads';
import * as warnings from '../warnings/workloads';
import { also, rulesFor } from './rules';

export const workloadRules = [
  rulesFor(Kinds.ReplicationController, {
    create: workloads.validateController,
    subresources: { status: status.validateReplicaStatus },
    warnings: warnings.warningsForReplicated,
  }),
  rulesFor(Kinds.Deployment, {
    create: workloads.validateDeployment,
    update: also(workloads.validateDeployment, workloads.immutableSelector),
    subresources: { status: status.validateDeploymentStatus },
    warnings: warnings.warningsForReplicated,
  }),
  rulesFor(Kinds.ReplicaSet, {
    create: workloads.validateReplicaSet,
    update: also(workloads.validateReplicaSet, workloads.immutableSelector),
    subresources: { status: status.validateReplicaStatus },
    warnings: warnings.warningsForReplicated,
  }),
  rulesFor(Kinds.DaemonSet, {
    create: workloads.validateDaemonSet,
    update: also(workloads.validateDaemonSet, workloads.immutableSelector),
    subresources: { status: status.validateDaemonSetStatus },
    warnings: warnings.warningsForDaemonSet,
  }),
  rulesFor(Kinds.StatefulSet, {
    // Its name becomes the name of pods, and so of hosts.
    name: dns1123Label,
    create: validateStatefulSet,
    update: validateStatefulSetUpdate,
    subresources: { status: status.validateStatefulSetStatus },
    warnings: warnings.warningsForStatefulSet,
  }),
  rulesFor(Kinds.ControllerRevision, { create: validateRevision, update: validateRevisionUpdate }),
  rulesFor(Kinds.Job, {
    create: validateJob,
    update: also(validateJob, validateJobUpdate),
    subresources: { status: validateJobStatusUpdate },
    warnings: warnings.warningsForJob,
  }),
  rulesFor(Kinds.CronJob, { create: validateCronJob, warnings: warnings.warningsForCronJob }),
  rulesFor(Kinds.HorizontalPodAutoscaler, {
    create: validateAutoscaler,
    subresources: { status: validateAutoscalerStatus },
  }),
  rulesFor(Kinds.HorizontalPodAutoscalerV1, {
    create: validateAutoscalerV1,
    subresources: { status: validateAutoscalerStatus },
  }),
  rulesFor(Kinds.PodDisruptionBudget, {
    create: validateDisruptionBudget,
    subresources: { status: validateDisruptionStatus },
  }),
];
