import { dns1123Label, type ErrorList, nonNegative, same, type Validation } from '@skiff/apimachinery';
import type { appsv1, corev1 } from '@skiff/contracts';
import { validateClaimSpec } from '../../core/persistent-volume-claim/validation';
import { amount, notOverAll, validateCountOrPercent } from '../count-validation';
import { validateSelector, validateTemplate } from '../template-validation';
import { validateStatefulSetStatus } from './status';
import { warningsForStatefulSet } from './warnings';

function validateStrategy({ updateStrategy }: appsv1.StatefulSetSpec, to: ErrorList): void {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = updateStrategy ?? {};
  if (!type) to.required(path);
  else if (type === 'OnDelete') {
    if (rollingUpdate)
      to.invalid(`${path}.rollingUpdate`, rollingUpdate, `only allowed for updateStrategy 'RollingUpdate'`);
  } else if (type === 'RollingUpdate') {
    nonNegative(rollingUpdate?.partition, `${path}.rollingUpdate.partition`, to);
    const { maxUnavailable } = rollingUpdate ?? {};
    if (maxUnavailable === undefined) return;
    const at = `${path}.rollingUpdate.maxUnavailable`;
    validateCountOrPercent(maxUnavailable, at, to);
    if (amount(maxUnavailable) === 0) to.invalid(at, 0, 'cannot be 0');
    notOverAll(maxUnavailable, at, to);
  } else to.invalid(path, updateStrategy, "must be 'RollingUpdate' or 'OnDelete'");
}

function validateRetention({ persistentVolumeClaimRetentionPolicy: policy }: appsv1.StatefulSetSpec, to: ErrorList) {
  for (const moment of ['whenDeleted', 'whenScaled'] as const) {
    const retention = policy?.[moment];
    if (retention !== undefined && !['Delete', 'Retain'].includes(retention))
      to.notSupported(`spec.persistentVolumeClaimRetentionPolicy.${moment}`, retention, ['Delete', 'Retain']);
  }
}

/**
 * The template as its pods will have it: with a volume for each claim, which the
 * controller puts in place of one of the same name. Upstream: volumesToAddForTemplates.
 */
function withClaims({ template = {}, volumeClaimTemplates }: appsv1.StatefulSetSpec): corev1.PodTemplateSpec {
  const claims = new Map(
    (volumeClaimTemplates ?? []).map(({ metadata }): [string, corev1.Volume] => {
      const name = metadata?.name ?? '';
      return [name, { name, persistentVolumeClaim: { claimName: name } }];
    }),
  );
  const own = template.spec?.volumes ?? [];
  const kept = own.map((volume) => claims.get(volume.name ?? '') ?? volume);
  const names = new Set(own.map(({ name }) => name));
  const added = [...claims.values()].filter(({ name }) => !names.has(name));
  return { ...template, spec: { ...template.spec, volumes: [...kept, ...added] } };
}

function validateSpec(spec: appsv1.StatefulSetSpec, to: ErrorList): void {
  const policy = spec.podManagementPolicy;
  if (!policy) to.required('spec.podManagementPolicy');
  else if (!['OrderedReady', 'Parallel'].includes(policy))
    to.invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'");
  validateStrategy(spec, to);
  validateRetention(spec, to);
  nonNegative(spec.replicas, 'spec.replicas', to);
  nonNegative(spec.minReadySeconds, 'spec.minReadySeconds', to);
  nonNegative(spec.ordinals?.start, 'spec.ordinals.start', to);
  validateSelector(spec.selector, 'statefulset', 'spec.selector', to);
  validateTemplate(withClaims(spec), spec.selector, 'StatefulSet', to);
}

/** Rules of a new StatefulSet. Upstream: ValidateStatefulSet. */
export function validateStatefulSet({ spec = {} }: appsv1.StatefulSet, to: ErrorList): void {
  validateSpec(spec, to);
  const { serviceName = '' } = spec;
  if (serviceName !== '') to.all('spec.serviceName', serviceName, dns1123Label(serviceName));
  for (const [index, claim] of (spec.volumeClaimTemplates ?? []).entries())
    validateClaimSpec(claim.spec ?? {}, `spec.volumeClaimTemplates[${index}].spec`, to);
}

const mayChange = new Set([
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]);

/** Rules of a change to a StatefulSet; what stays is not looked at again. Upstream: ValidateStatefulSetUpdate. */
export function validateStatefulSetUpdate(object: appsv1.StatefulSet, old: appsv1.StatefulSet, to: ErrorList): void {
  validateSpec(object.spec ?? {}, to);
  const rest = (spec: appsv1.StatefulSetSpec = {}) =>
    Object.fromEntries(Object.entries(spec).filter(([name]) => !mayChange.has(name)));
  if (!same(rest(object.spec), rest(old.spec)))
    to.forbidden(
      'spec',
      "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
    );
}

export const statefulSetValidation: Validation<appsv1.StatefulSet> = {
  // Its name becomes the name of pods, and so of hosts.
  name: dns1123Label,
  create: validateStatefulSet,
  update: validateStatefulSetUpdate,
  subresources: { status: validateStatefulSetStatus },
  warnings: warningsForStatefulSet,
};
