import { Kinds, type appsv1, type corev1 } from '@skiff/contracts';
import { nextInt64 } from '@skiff/apimachinery';
import { safeHash } from '../shared/hash';
import { controllerReference } from '../shared/owner-references';
import { semanticEqual } from '../shared/semantic-equal';
import { without } from '../shared/without';
import { newReplicaSetAnnotations, revisionOf } from './annotations';
import { byAge, newReplicaSetSize } from './arithmetic';
import { sizeAnnotations, type Generation } from './scaling';

/** The label that tells the pods of one ReplicaSet of a Deployment from those of another. */
export const podTemplateHash = 'pod-template-hash';

function templateWithoutHash(template: corev1.PodTemplateSpec | undefined): unknown {
  const labels = without(template?.metadata?.labels, podTemplateHash);
  return { ...template, metadata: { ...template?.metadata, creationTimestamp: undefined, labels } };
}

/** Whether two templates would make the same pods. As EqualIgnoreHash. */
export function sameTemplate(
  left: corev1.PodTemplateSpec | undefined,
  right: corev1.PodTemplateSpec | undefined,
): boolean {
  return semanticEqual(templateWithoutHash(left), templateWithoutHash(right));
}

/** Tells the ReplicaSet with the Deployment's template, the oldest if there are several, from the others. */
export function generationOf(deployment: appsv1.Deployment, replicaSets: readonly appsv1.ReplicaSet[]): Generation {
  const newReplicaSet = [...replicaSets]
    .sort(byAge)
    .find((replicaSet) => sameTemplate(replicaSet.spec?.template, deployment.spec?.template));
  return { newReplicaSet, old: replicaSets.filter((replicaSet) => replicaSet !== newReplicaSet) };
}

function nextRevision(old: readonly appsv1.ReplicaSet[]): bigint {
  return nextInt64(old.map(revisionOf).reduce((latest, revision) => (revision > latest ? revision : latest), 0n));
}

/** The ReplicaSet for a template that no ReplicaSet has yet. */
export function buildReplicaSet(deployment: appsv1.Deployment, old: readonly appsv1.ReplicaSet[]): appsv1.ReplicaSet {
  const { metadata, spec, status } = deployment;
  const hash = safeHash(templateWithoutHash(spec?.template), status?.collisionCount);
  const labels = { ...spec?.template?.metadata?.labels, [podTemplateHash]: hash };
  const replicaSet: appsv1.ReplicaSet = {
    kind: 'ReplicaSet',
    apiVersion: 'apps/v1',
    metadata: {
      name: `${metadata?.name}-${hash}`,
      namespace: metadata?.namespace,
      labels,
      annotations: { ...newReplicaSetAnnotations(deployment, {}, nextRevision(old)), ...sizeAnnotations(deployment) },
      ownerReferences: [controllerReference(Kinds.Deployment, deployment)],
    },
    spec: {
      replicas: 0,
      ...(spec?.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: {
        ...spec?.selector,
        matchLabels: { ...spec?.selector?.matchLabels, [podTemplateHash]: hash },
      },
      template: { ...spec?.template, metadata: { ...spec?.template?.metadata, labels } },
    },
  };
  return resized(replicaSet, newReplicaSetSize(deployment, [...old, replicaSet], replicaSet));
}

/** The same ReplicaSet with another number of pods wanted. */
export function resized(replicaSet: appsv1.ReplicaSet, replicas: number): appsv1.ReplicaSet {
  return { ...replicaSet, spec: { ...replicaSet.spec, replicas } };
}

/** Brings annotations and minReadySeconds of the new ReplicaSet up to date; the same object when they are. */
export function refreshed(
  deployment: appsv1.Deployment,
  { newReplicaSet, old }: Generation,
): appsv1.ReplicaSet | undefined {
  if (!newReplicaSet) return undefined;
  const annotations = newReplicaSetAnnotations(deployment, newReplicaSet.metadata?.annotations, nextRevision(old));
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  if (
    semanticEqual(annotations, newReplicaSet.metadata?.annotations) &&
    minReadySeconds === (newReplicaSet.spec?.minReadySeconds ?? 0)
  ) {
    return newReplicaSet;
  }
  return {
    ...newReplicaSet,
    metadata: { ...newReplicaSet.metadata, annotations },
    spec: { ...newReplicaSet.spec, minReadySeconds },
  };
}
