import { Kinds, type appsv1, type batchv1 } from '@skiff/contracts';
import { badRequest, nextInt64, parseInt64, sameValue } from '@skiff/apimachinery';
import { fromScalerV2, toScalerV2 } from '../../cache/scaler-conversion';
import { specificationChanged } from '../metadata';
import { strategyFor } from './strategy';

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

export const jobStrategy = strategyFor(Kinds.Job, { prepareCreate: selectOwnPods });

export const deploymentStrategy = strategyFor(Kinds.Deployment, {
  // Other clients see what was rolled out by its labels, which a controller must not change by the way.
  keptByStatus: ['labels'],
  /** Annotations say how to roll out, and so a new one is a new wish. */
  counts: (object, old) =>
    specificationChanged(object, old) ||
    !sameValue(object.metadata?.annotations ?? {}, old.metadata?.annotations ?? {}),
});

const templateGeneration = 'deprecated.daemonset.template.generation';

/** How often a template changed: counted in an annotation since the field for it is gone. */
function templateGenerationOf({ metadata }: appsv1.DaemonSet): bigint {
  const text = metadata?.annotations?.[templateGeneration];
  if (text === undefined) return 0n;
  const value = parseInt64(text);
  if (value === undefined)
    throw badRequest(
      `DaemonSet in version "v1" cannot be handled as a DaemonSet: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  return value;
}

function setTemplateGeneration(set: appsv1.DaemonSet, generation: bigint): void {
  set.metadata = {
    ...set.metadata,
    annotations: { ...set.metadata?.annotations, [templateGeneration]: String(generation) },
  };
}

export const daemonSetStrategy = strategyFor(Kinds.DaemonSet, {
  canonicalize: (set) => setTemplateGeneration(set, templateGenerationOf(set)),
  prepareCreate: (set) => setTemplateGeneration(set, 1n),
  prepareUpdate(set, old) {
    const before = templateGenerationOf(old);
    setTemplateGeneration(set, sameValue(set.spec?.template, old.spec?.template) ? before : nextInt64(before));
  },
});

/** autoscaling/v1 has these defaults, and autoscaling/v2 the same in its own way. */
export const scalerStrategy = strategyFor(Kinds.HorizontalPodAutoscalerV1, {
  canonicalize(scaler) {
    const { metadata, spec } = scaler;
    if (!spec) return;
    spec.minReplicas ??= 1;
    // Other metrics stand in an annotation, and then CPU need not be one.
    if (metadata?.annotations?.['autoscaling.alpha.kubernetes.io/metrics'] === undefined)
      spec.targetCPUUtilizationPercentage ??= 80;
    // What the stored form has more stands in annotations, and belongs to whoever wrote it.
    scaler.metadata = fromScalerV2(toScalerV2(scaler)).metadata;
  },
});
