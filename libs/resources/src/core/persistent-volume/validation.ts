import { child, compareQuantities, type ErrorList, immutable, same, type Validation } from '@skiff/apimachinery';
import type { corev1 } from '@skiff/contracts';
import { validateDriverName } from '../../storage/driver-name';
import { validateAccessModes, validateClassName, validateVolumeMode } from '../persistent-volume-claim/validation';
import { validateNodeSelector } from '../pod/validation/scheduling';
import { validateLocalPath } from '../pod/validation/volume-files';
import { checkVolumeSource } from '../pod/validation/volumes';
import { warningsForVolume } from './warnings';

type Spec = corev1.PersistentVolumeSpec;

/** Whether a volume stands for itself, or only says what is attached to a node. */
type Place = 'volume' | 'inline';

/** Fields of a volume's spec that are not where its data is. */
const notSources = new Set([
  ...['capacity', 'accessModes', 'claimRef', 'persistentVolumeReclaimPolicy', 'storageClassName', 'mountOptions'],
  ...['volumeMode', 'nodeAffinity', 'volumeAttributesClassName'],
]);

const sourcesOf = (spec: Spec): [string, unknown][] =>
  Object.entries(spec).filter(([name, value]) => !notSources.has(name) && value !== undefined);

function validateSecret(reference: corev1.SecretReference | undefined, path: string, to: ErrorList): void {
  if (!reference) return;
  for (const field of ['name', 'namespace'] as const) if (!reference[field]) to.required(child(path, field));
}

const secrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeStageSecretRef',
  'nodeExpandSecretRef',
] as const;

function validateCsi(source: corev1.CSIPersistentVolumeSource, path: string, to: ErrorList): void {
  validateDriverName(source.driver ?? '', child(path, 'driver'), to);
  if (!source.volumeHandle) to.required(child(path, 'volumeHandle'));
  for (const name of secrets) validateSecret(source[name], child(path, name), to);
}

function validateLocal({ local, nodeAffinity }: Spec, path: string, to: ErrorList): void {
  const at = child(path, 'local.path');
  if (!local?.path) to.required(at);
  else if (local.path.split('/').includes('..')) validateLocalPath(local.path, at, to);
  if (!nodeAffinity?.required) to.required(child(path, 'nodeAffinity'), 'Local volume requires node affinity');
}

function validateSource(spec: Spec, path: string, to: ErrorList): void {
  const [first, ...others] = sourcesOf(spec);
  if (!first) return to.required(path, 'must specify a volume type');
  const [name, source] = first;
  if (name === 'csi') validateCsi(spec.csi ?? {}, child(path, name), to);
  else if (name === 'local') validateLocal(spec, path, to);
  else checkVolumeSource(name, source, child(path, name), to);
  for (const [other] of others) to.forbidden(child(path, other), 'may not specify more than 1 volume type');
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    to.forbidden(child(path, 'persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'");
}

function validateCapacity({ capacity }: Spec, path: string, to: ErrorList): void {
  const at = child(path, 'capacity');
  const amounts = Object.entries(capacity ?? {});
  if (amounts.length === 0) to.required(at);
  if (capacity?.['storage'] === undefined || amounts.length > 1) to.notSupported(at, capacity ?? null, ['storage']);
  for (const [name, amount] of amounts)
    if (compareQuantities(amount, '0') <= 0) to.invalid(`${at}[${name}]`, amount, 'must be greater than zero');
}

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

const notInline = 'may not be specified in the context of inline volumes';

function validateInline(spec: Spec, path: string, to: ErrorList): void {
  if (spec.claimRef) to.forbidden(child(path, 'claimRef'), notInline);
  if (Object.keys(spec.capacity ?? {}).length > 0) to.forbidden(child(path, 'capacity'), notInline);
  if (!spec.csi) to.required(child(path, 'csi'), 'has to be specified in the context of inline volumes');
}

/** Rules of a volume's spec. Upstream: ValidatePersistentVolumeSpec. */
export function validateVolumeSpec(spec: Spec, path: string, place: Place, to: ErrorList): void {
  if (place === 'inline') validateInline(spec, path, to);
  validateAccessModes(spec.accessModes, child(path, 'accessModes'), '', to);
  if (place === 'volume') {
    validateCapacity(spec, path, to);
    const { persistentVolumeReclaimPolicy: policy = '' } = spec;
    const at = child(path, 'persistentVolumeReclaimPolicy');
    if (policy !== '' && !reclaimPolicies.includes(policy)) to.notSupported(at, policy, reclaimPolicies);
  }
  const { nodeAffinity } = spec;
  const affinityAt = child(path, 'nodeAffinity.required');
  if (nodeAffinity?.required) validateNodeSelector(nodeAffinity.required, affinityAt, to);
  else if (nodeAffinity) to.required(affinityAt, 'must specify required node constraints');
  validateSource(spec, path, to);
  validateClassName(spec.storageClassName, child(path, 'storageClassName'), to);
  validateVolumeMode(spec.volumeMode, child(path, 'volumeMode'), to);
  validateClassName(spec.volumeAttributesClassName, child(path, 'volumeAttributesClassName'), to);
}

/** Rules of a volume. Upstream: ValidatePersistentVolume. */
export function validateVolume({ spec = {} }: corev1.PersistentVolume, to: ErrorList): void {
  validateVolumeSpec(spec, 'spec', 'volume', to);
}

/** An affinity as upstream shows it: its internal type, whose fields have no JSON names. */
const shownAffinity = ({ required }: corev1.VolumeNodeAffinity): object => {
  const requirements = (list: readonly corev1.NodeSelectorRequirement[] | null | undefined): object[] | null =>
    list?.map(({ key = '', operator = '', values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ??
    null;
  const terms = required?.nodeSelectorTerms?.map(({ matchExpressions, matchFields }) => ({
    MatchExpressions: requirements(matchExpressions),
    MatchFields: requirements(matchFields),
  }));
  return { Required: required ? { NodeSelectorTerms: terms ?? null } : null };
};

/** Where a volume is stays, once that is said. Upstream: ValidatePersistentVolumeUpdate. */
export function validateVolumeUpdate(
  volume: corev1.PersistentVolume,
  old: corev1.PersistentVolume,
  to: ErrorList,
): void {
  validateVolume(volume, to);
  const sources = ({ spec = {} }: corev1.PersistentVolume) => Object.fromEntries(sourcesOf(spec));
  if (!same(sources(volume), sources(old)))
    to.forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation');
  // These paths are upstream's, without the spec.
  immutable(volume.spec?.volumeMode, old.spec?.volumeMode, 'volumeMode', to);
  const [affinity, before] = [volume.spec?.nodeAffinity, old.spec?.nodeAffinity];
  if (before && !same(affinity, before))
    to.invalid('nodeAffinity', affinity && shownAffinity(affinity), 'field is immutable');
}

export const persistentVolumeValidation: Validation<corev1.PersistentVolume> = {
  create: validateVolume,
  update: validateVolumeUpdate,
  warnings: warningsForVolume,
};
